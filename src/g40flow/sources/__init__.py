"""Publishers, one file each: pages become records, records become items. Nothing is stored here."""
