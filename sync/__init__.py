"""The spine both ends stand on, and the centre: facts, protocol, journal, client, hub."""
