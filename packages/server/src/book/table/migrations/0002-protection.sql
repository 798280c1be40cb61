-- Entries tell protection and organisations from here on. Those from before do not, and would leave addresses in protected
-- nets without their shield: the book begins again, under another id, and is made from the ledger before it is ready.

DELETE FROM entry;
DELETE FROM change;
DELETE FROM state;
DELETE FROM head;
