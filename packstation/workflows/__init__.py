"""What a scan, a key or a weight means: pure rooms with four doors each, fold, scanned, keyed, prompt."""
