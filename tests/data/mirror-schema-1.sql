BEGIN TRANSACTION;
CREATE TABLE carton_plan (
  fo TEXT PRIMARY KEY, input_hash TEXT NOT NULL, effort INTEGER NOT NULL, plan TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE code (
  code TEXT NOT NULL, kind TEXT NOT NULL, ref TEXT NOT NULL, fo TEXT NOT NULL, quantity INTEGER NOT NULL,
  source TEXT NOT NULL, PRIMARY KEY (code, kind, ref, fo)) STRICT, WITHOUT ROWID;
INSERT INTO "code" VALUES('#4471','order','FO-4471-1','FO-4471-1',1,'fo:FO-4471-1');
INSERT INTO "code" VALUES('#4472','order','FO-4472-1','FO-4472-1',1,'fo:FO-4472-1');
INSERT INTO "code" VALUES('#4473','order','FO-4473-1','FO-4473-1',1,'fo:FO-4473-1');
INSERT INTO "code" VALUES('#4474','order','FO-4474-1','FO-4474-1',1,'fo:FO-4474-1');
INSERT INTO "code" VALUES('#4475','order','FO-4475-1','FO-4475-1',1,'fo:FO-4475-1');
INSERT INTO "code" VALUES('02000000000015','item','BLUE-MUG','',1,'barcode:2000000000015');
INSERT INTO "code" VALUES('02000000000022','item','WHITE-MUG','',1,'barcode:2000000000022');
INSERT INTO "code" VALUES('02000000000039','item','PLATE','',1,'barcode:2000000000039');
INSERT INTO "code" VALUES('02000000000046','item','TEA','',1,'barcode:2000000000046');
INSERT INTO "code" VALUES('02000000000053','item','RADIO','',1,'barcode:2000000000053');
INSERT INTO "code" VALUES('02000000000060','item','BLUE-MUG','',12,'barcode:2000000000060');
INSERT INTO "code" VALUES('2000000000015','item','BLUE-MUG','',1,'barcode:2000000000015');
INSERT INTO "code" VALUES('2000000000022','item','WHITE-MUG','',1,'barcode:2000000000022');
INSERT INTO "code" VALUES('2000000000039','item','PLATE','',1,'barcode:2000000000039');
INSERT INTO "code" VALUES('2000000000046','item','TEA','',1,'barcode:2000000000046');
INSERT INTO "code" VALUES('2000000000053','item','RADIO','',1,'barcode:2000000000053');
INSERT INTO "code" VALUES('2000000000060','item','BLUE-MUG','',12,'barcode:2000000000060');
INSERT INTO "code" VALUES('406cb75c6a0d96fb88af2e2455fd90ae','badge','BEN','',1,'user:BEN');
INSERT INTO "code" VALUES('4471','order','FO-4471-1','FO-4471-1',1,'fo:FO-4471-1');
INSERT INTO "code" VALUES('4472','order','FO-4472-1','FO-4472-1',1,'fo:FO-4472-1');
INSERT INTO "code" VALUES('4473','order','FO-4473-1','FO-4473-1',1,'fo:FO-4473-1');
INSERT INTO "code" VALUES('4474','order','FO-4474-1','FO-4474-1',1,'fo:FO-4474-1');
INSERT INTO "code" VALUES('4475','order','FO-4475-1','FO-4475-1',1,'fo:FO-4475-1');
INSERT INTO "code" VALUES('A-04-2','location','A-04-2','',1,'location:A-04-2');
INSERT INTO "code" VALUES('FO-4471-1','order','FO-4471-1','FO-4471-1',1,'fo:FO-4471-1');
INSERT INTO "code" VALUES('FO-4472-1','order','FO-4472-1','FO-4472-1',1,'fo:FO-4472-1');
INSERT INTO "code" VALUES('FO-4473-1','order','FO-4473-1','FO-4473-1',1,'fo:FO-4473-1');
INSERT INTO "code" VALUES('FO-4474-1','order','FO-4474-1','FO-4474-1',1,'fo:FO-4474-1');
INSERT INTO "code" VALUES('FO-4475-1','order','FO-4475-1','FO-4475-1',1,'fo:FO-4475-1');
INSERT INTO "code" VALUES('L3','carton_type','L3','',1,'carton:L3');
INSERT INTO "code" VALUES('M2','carton_type','M2','',1,'carton:M2');
INSERT INTO "code" VALUES('S1','carton_type','S1','',1,'carton:S1');
INSERT INTO "code" VALUES('blue-mug','sku','BLUE-MUG','',1,'sku:BLUE-MUG');
INSERT INTO "code" VALUES('da50d584d29f32deee0ef7e20a385758','badge','EVA','',1,'user:EVA');
INSERT INTO "code" VALUES('eaadbccd3d3b51ef48d8dd1f2d30064d','badge','ANN','',1,'user:ANN');
INSERT INTO "code" VALUES('plate','sku','PLATE','',1,'sku:PLATE');
INSERT INTO "code" VALUES('radio','sku','RADIO','',1,'sku:RADIO');
INSERT INTO "code" VALUES('tea','sku','TEA','',1,'sku:TEA');
INSERT INTO "code" VALUES('white-mug','sku','WHITE-MUG','',1,'sku:WHITE-MUG');
CREATE TABLE copy (
  kind TEXT NOT NULL, key TEXT NOT NULL, rev INTEGER NOT NULL, body TEXT NOT NULL, old INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (kind, key)) STRICT, WITHOUT ROWID;
INSERT INTO "copy" VALUES('barcode','2000000000015',2,'{"code": "2000000000015", "sku": "BLUE-MUG", "quantity": 1}',0);
INSERT INTO "copy" VALUES('barcode','2000000000022',4,'{"code": "2000000000022", "sku": "WHITE-MUG", "quantity": 1}',0);
INSERT INTO "copy" VALUES('barcode','2000000000039',6,'{"code": "2000000000039", "sku": "PLATE", "quantity": 1}',0);
INSERT INTO "copy" VALUES('barcode','2000000000046',8,'{"code": "2000000000046", "sku": "TEA", "quantity": 1}',0);
INSERT INTO "copy" VALUES('barcode','2000000000053',10,'{"code": "2000000000053", "sku": "RADIO", "quantity": 1}',0);
INSERT INTO "copy" VALUES('barcode','2000000000060',11,'{"code": "2000000000060", "sku": "BLUE-MUG", "quantity": 12}',0);
INSERT INTO "copy" VALUES('carton','L3',14,'{"code": "L3", "name": "Box L3", "empty_weight_g": 100, "max_weight_g": 20000, "inner_length_mm": 400, "inner_width_mm": 300, "inner_height_mm": 300, "outer_length_mm": 406, "outer_width_mm": 306, "outer_height_mm": 306, "cost_minor": 50, "kind": "box", "available": null}',0);
INSERT INTO "copy" VALUES('carton','M2',13,'{"code": "M2", "name": "Box M2", "empty_weight_g": 100, "max_weight_g": 20000, "inner_length_mm": 310, "inner_width_mm": 220, "inner_height_mm": 140, "outer_length_mm": 316, "outer_width_mm": 226, "outer_height_mm": 146, "cost_minor": 50, "kind": "box", "available": null}',0);
INSERT INTO "copy" VALUES('carton','S1',12,'{"code": "S1", "name": "Box S1", "empty_weight_g": 100, "max_weight_g": 20000, "inner_length_mm": 200, "inner_width_mm": 150, "inner_height_mm": 100, "outer_length_mm": 206, "outer_width_mm": 156, "outer_height_mm": 106, "cost_minor": 50, "kind": "box", "available": null}',0);
INSERT INTO "copy" VALUES('fo','FO-4471-1',22,'{"fo": "FO-4471-1", "order": "4471", "channel": "web", "site": "WH-1", "rev": 1, "state": "open", "reason": null, "method": "ship", "priority": 0, "ordered_at": "2026-03-02T09:00:00Z", "ship_by": "2026-03-02T16:00:00Z", "service": "standard", "carrier": "UPS", "currency": "EUR", "wave": null, "ship_complete": false, "note": null, "notes": [], "return_code": "R-4471", "to": {"name": "Jos\u00e9 Nu\u00f1ez", "lines": ["Calle Mayor 1"], "postcode": "28013", "city": "Madrid", "region": "", "country": "ES", "phone": "", "email": ""}, "lines": [{"line": 1, "sku": "BLUE-MUG", "quantity": 2, "price_minor": 1295, "lot": null}], "claim": null, "labels": [], "applied": {}}',0);
INSERT INTO "copy" VALUES('fo','FO-4472-1',23,'{"fo": "FO-4472-1", "order": "4472", "channel": "web", "site": "WH-1", "rev": 1, "state": "open", "reason": null, "method": "ship", "priority": 0, "ordered_at": "2026-03-02T09:00:00Z", "ship_by": "2026-03-02T16:00:00Z", "service": "standard", "carrier": "UPS", "currency": "EUR", "wave": null, "ship_complete": false, "note": null, "notes": [], "return_code": "R-4472", "to": {"name": "Jos\u00e9 Nu\u00f1ez", "lines": ["Calle Mayor 1"], "postcode": "28013", "city": "Madrid", "region": "", "country": "ES", "phone": "", "email": ""}, "lines": [{"line": 1, "sku": "BLUE-MUG", "quantity": 1, "price_minor": 1295, "lot": null}, {"line": 2, "sku": "PLATE", "quantity": 1, "price_minor": 1295, "lot": null}], "claim": null, "labels": [], "applied": {}}',0);
INSERT INTO "copy" VALUES('fo','FO-4473-1',24,'{"fo": "FO-4473-1", "order": "4473", "channel": "web", "site": "WH-1", "rev": 1, "state": "open", "reason": null, "method": "ship", "priority": 0, "ordered_at": "2026-03-02T09:00:00Z", "ship_by": "2026-03-02T16:00:00Z", "service": "standard", "carrier": "UPS", "currency": "EUR", "wave": null, "ship_complete": false, "note": null, "notes": [], "return_code": "R-4473", "to": {"name": "Jos\u00e9 Nu\u00f1ez", "lines": ["Calle Mayor 1"], "postcode": "28013", "city": "Madrid", "region": "", "country": "ES", "phone": "", "email": ""}, "lines": [{"line": 1, "sku": "TEA", "quantity": 1, "price_minor": 1295, "lot": null}], "claim": null, "labels": [], "applied": {}}',0);
INSERT INTO "copy" VALUES('fo','FO-4474-1',25,'{"fo": "FO-4474-1", "order": "4474", "channel": "web", "site": "WH-1", "rev": 1, "state": "open", "reason": null, "method": "ship", "priority": 0, "ordered_at": "2026-03-02T09:00:00Z", "ship_by": "2026-03-02T16:00:00Z", "service": "standard", "carrier": "UPS", "currency": "EUR", "wave": null, "ship_complete": false, "note": null, "notes": [], "return_code": "R-4474", "to": {"name": "Jos\u00e9 Nu\u00f1ez", "lines": ["Calle Mayor 1"], "postcode": "28013", "city": "Madrid", "region": "", "country": "ES", "phone": "", "email": ""}, "lines": [{"line": 1, "sku": "RADIO", "quantity": 1, "price_minor": 1295, "lot": null}], "claim": null, "labels": [], "applied": {}}',0);
INSERT INTO "copy" VALUES('fo','FO-4475-1',26,'{"fo": "FO-4475-1", "order": "4475", "channel": "web", "site": "WH-1", "rev": 1, "state": "open", "reason": null, "method": "ship", "priority": 0, "ordered_at": "2026-03-02T09:00:00Z", "ship_by": "2026-03-02T16:00:00Z", "service": "standard", "carrier": "UPS", "currency": "EUR", "wave": null, "ship_complete": false, "note": null, "notes": [], "return_code": "R-4475", "to": {"name": "Jos\u00e9 Nu\u00f1ez", "lines": ["Calle Mayor 1"], "postcode": "28013", "city": "Madrid", "region": "", "country": "ES", "phone": "", "email": ""}, "lines": [{"line": 1, "sku": "BLUE-MUG", "quantity": 24, "price_minor": 1295, "lot": null}], "claim": null, "labels": [], "applied": {}}',0);
INSERT INTO "copy" VALUES('location','A-04-2',20,'{"location": "A-04-2", "zone": "A", "sequence": 42, "aisle": 4, "bay": 2, "x_mm": 1, "y_mm": 2}',0);
INSERT INTO "copy" VALUES('setting','badge_key',18,'{"value": "00112233445566778899aabbccddeeff"}',0);
INSERT INTO "copy" VALUES('setting','site',19,'{"value": {"site": "WH-1", "name": "Demo Goods", "lines": ["Dock 1"], "postcode": "10115", "city": "Berlin", "region": "", "country": "DE", "kind": "warehouse"}}',0);
INSERT INTO "copy" VALUES('sku','BLUE-MUG',1,'{"sku": "BLUE-MUG", "name": "MUG BLUE 350", "length_mm": 100, "width_mm": 90, "height_mm": 80, "weight_g": 350, "price_minor": 1295, "flags": [], "parent": "MUG", "attributes": {"colour": "BLUE"}}',0);
INSERT INTO "copy" VALUES('sku','PLATE',5,'{"sku": "PLATE", "name": "PLATE WHITE", "length_mm": 100, "width_mm": 90, "height_mm": 80, "weight_g": 500, "price_minor": 1295, "flags": [], "parent": null, "attributes": {}}',0);
INSERT INTO "copy" VALUES('sku','RADIO',9,'{"sku": "RADIO", "name": "RADIO RED", "length_mm": 100, "width_mm": 90, "height_mm": 80, "weight_g": 900, "price_minor": 20000, "flags": ["serial"], "parent": null, "attributes": {}}',0);
INSERT INTO "copy" VALUES('sku','TEA',7,'{"sku": "TEA", "name": "TEA ASSAM", "length_mm": 100, "width_mm": 90, "height_mm": 80, "weight_g": 212, "price_minor": 1295, "flags": ["lot", "expiry"], "parent": null, "attributes": {}}',0);
INSERT INTO "copy" VALUES('sku','WHITE-MUG',3,'{"sku": "WHITE-MUG", "name": "MUG WHITE 350", "length_mm": 100, "width_mm": 90, "height_mm": 80, "weight_g": 300, "price_minor": 1295, "flags": [], "parent": "MUG", "attributes": {"colour": "WHITE"}}',0);
INSERT INTO "copy" VALUES('stock','BLUE-MUG',21,'{"sku": "BLUE-MUG", "on_hand": 40, "allocated": 6, "available": 34, "places": [{"location": "A-04-2", "quantity": 40, "lot": null, "expiry": null}]}',0);
INSERT INTO "copy" VALUES('user','ANN',15,'{"user": "ANN", "name": "Ann", "role": "packer", "badge_hash": "eaadbccd3d3b51ef48d8dd1f2d30064d", "pin_hash": null, "revoked_at": null}',0);
INSERT INTO "copy" VALUES('user','BEN',16,'{"user": "BEN", "name": "Ben", "role": "packer", "badge_hash": "406cb75c6a0d96fb88af2e2455fd90ae", "pin_hash": null, "revoked_at": null}',0);
INSERT INTO "copy" VALUES('user','EVA',17,'{"user": "EVA", "name": "Eva", "role": "supervisor", "badge_hash": "da50d584d29f32deee0ef7e20a385758", "pin_hash": "$argon2id$v=19$m=1024,t=1,p=1$lon6E7mCQkCTkMFlZeXIyA$0HRsLMrMFWOlc7TospBmwTpeuYALE0E3sh2PpfDDXx8", "revoked_at": null}',0);
CREATE TABLE fo (
  fo TEXT PRIMARY KEY, order_no TEXT NOT NULL, state TEXT NOT NULL, method TEXT NOT NULL, priority INTEGER NOT NULL,
  ship_by TEXT NOT NULL, carrier TEXT NOT NULL, wave TEXT, lines INTEGER NOT NULL, units INTEGER NOT NULL,
  holder TEXT) STRICT, WITHOUT ROWID;
INSERT INTO "fo" VALUES('FO-4471-1','4471','open','ship',0,'2026-03-02T16:00:00Z','UPS',NULL,1,2,NULL);
INSERT INTO "fo" VALUES('FO-4472-1','4472','open','ship',0,'2026-03-02T16:00:00Z','UPS',NULL,2,2,NULL);
INSERT INTO "fo" VALUES('FO-4473-1','4473','open','ship',0,'2026-03-02T16:00:00Z','UPS',NULL,1,1,NULL);
INSERT INTO "fo" VALUES('FO-4474-1','4474','open','ship',0,'2026-03-02T16:00:00Z','UPS',NULL,1,1,NULL);
INSERT INTO "fo" VALUES('FO-4475-1','4475','open','ship',0,'2026-03-02T16:00:00Z','UPS',NULL,1,24,NULL);
CREATE TABLE fo_line (
  fo TEXT NOT NULL, line INTEGER NOT NULL, sku TEXT NOT NULL, quantity INTEGER NOT NULL, PRIMARY KEY (fo, line))
  STRICT, WITHOUT ROWID;
INSERT INTO "fo_line" VALUES('FO-4471-1',1,'BLUE-MUG',2);
INSERT INTO "fo_line" VALUES('FO-4472-1',1,'BLUE-MUG',1);
INSERT INTO "fo_line" VALUES('FO-4472-1',2,'PLATE',1);
INSERT INTO "fo_line" VALUES('FO-4473-1',1,'TEA',1);
INSERT INTO "fo_line" VALUES('FO-4474-1',1,'RADIO',1);
INSERT INTO "fo_line" VALUES('FO-4475-1',1,'BLUE-MUG',24);
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('cursor','26');
INSERT INTO "meta" VALUES('epoch','epoch00000000001');
CREATE TABLE other_fact (
  fo TEXT NOT NULL, n INTEGER NOT NULL, fact_id TEXT NOT NULL UNIQUE, line BLOB NOT NULL, PRIMARY KEY (fo, n))
  STRICT, WITHOUT ROWID;
CREATE TABLE other_parcel (
  lpn TEXT NOT NULL, fo TEXT NOT NULL, no INTEGER NOT NULL, boxes INTEGER NOT NULL, label TEXT,
  tracking TEXT NOT NULL, weight_g INTEGER, ready INTEGER NOT NULL, problem TEXT NOT NULL, state TEXT NOT NULL,
  manifest TEXT, gone_ms INTEGER NOT NULL, PRIMARY KEY (lpn, fo)) STRICT, WITHOUT ROWID;
CREATE INDEX code_by_source ON code (source);
CREATE INDEX fo_by_holder ON fo (holder) WHERE holder IS NOT NULL;
CREATE INDEX fo_next ON fo (state, priority DESC, ship_by, units);
CREATE INDEX fo_line_by_sku ON fo_line (sku, fo);
CREATE INDEX other_parcel_by_state ON other_parcel (state, manifest);
CREATE INDEX other_parcel_by_fo ON other_parcel (fo);
COMMIT;
PRAGMA user_version=1;
