"""What users of other systems complain about, as acceptance tests on the real station (floor.md section 14).

`test_complaint_01_...` to `test_complaint_29_...`: each names the device or the network that is at fault.
"""
