-- Which observations tell a traveller's data now, of the passenger lists and of the bookings: screening
-- reads these, and not what was corrected since. Unknown for travellers of before: then all are read.
ALTER TABLE record ADD COLUMN told_api BLOB;
ALTER TABLE record ADD COLUMN told_pnr BLOB;
