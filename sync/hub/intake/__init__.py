"""The ways into the hub: files of orders and reference data, and what stations say.

read       a file as rows, in bounded memory           formats   rows of each order format -> Incoming
goods      catalog, locations, cartons, stock, users, sites      ordering   orders -> accepted, routed, or refused
stations   enrolment, hello, changes, claims           pushing   facts in; folding: what they do to the tables
local      all of it in process, for a hub whose files lie beside a station
"""
