"""The hub's memory: tables, the feed, the stock ledger, orders at work, and the laws that must hold.

schema   every table                     database  opening, one writer, one transaction at a time
feed     what changed for a site (N3)    books     stock moves, each a ledger row (L1-L3)
work     accept, route, release, ship: the places where network and site tables meet (L14)
laws     conservation laws as views (hub.md section 14)
"""
