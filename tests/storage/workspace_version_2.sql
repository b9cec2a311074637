BEGIN TRANSACTION;
CREATE TABLE assignments (
	fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	staff_code TEXT NOT NULL, 
	target_kind TEXT NOT NULL, 
	target_code TEXT NOT NULL, 
	role TEXT NOT NULL, 
	plan_id TEXT, 
	valid_from TEXT, 
	valid_to TEXT
);
INSERT INTO "assignments" VALUES(1,'S1','unit','u1','community_officer',NULL,NULL,NULL);
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	who TEXT NOT NULL, 
	action TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	result TEXT NOT NULL, 
	plan_id TEXT, 
	revision INTEGER, 
	previous_hash TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (plan_id, revision)
);
INSERT INTO "audit" VALUES(1,'2026-01-05T09:00:00','tests','make_workspace','b81edf57258f4f80b50d07dc7b6d5a2e','{"rows":{"grid_cells":9,"incidents":4,"staff":2,"assignments":1}}','done',NULL,NULL,'0000000000000000000000000000000000000000000000000000000000000000','61471a151e90eb707d04aa815502723260ddc4d178696a06393d279dabb788d0');
INSERT INTO "audit" VALUES(2,'2026-01-05T09:00:00','tests','save_plan','p1','{"reason":"试","header":{"id":"p1","name":"方案一","name_en":"Plan one","status":"draft","revision":1,"parent_id":null,"author":"S1","reason":"试","created_at":"2026-01-01T08:00:02","effective_from":null},"beats":[["B","乙警务区","Beat B","S1"],["A","甲警务区","Beat A",null]],"cells":[],"added":[["c1","A"],["c2","A"],["c3","A"],["c4","B"],["c5","B"],["c6","B"],["c7",null],["c8",null],["c9",null]],"gone":[]}','saved','p1',1,'61471a151e90eb707d04aa815502723260ddc4d178696a06393d279dabb788d0','439e5cbefcab5578cfe332813fc40974d52f29b4187e2f93ecaa78072bdde463');
INSERT INTO "audit" VALUES(3,'2026-01-05T09:00:00','tests','save_plan','p22','{"reason":"试","header":{"id":"p22","name":"方案一","name_en":"Plan one","status":"in_force","revision":1,"parent_id":null,"author":"S1","reason":"试","created_at":"2026-01-01T08:00:03","effective_from":null},"beats":[["B","乙警务区","Beat B","S1"],["A","甲警务区","Beat A",null]],"cells":[],"added":[["c1","A"],["c2","A"],["c3","A"],["c4","B"],["c5","B"],["c6","B"],["c7",null],["c8",null],["c9",null]],"gone":[]}','saved','p22',1,'439e5cbefcab5578cfe332813fc40974d52f29b4187e2f93ecaa78072bdde463','da04c2c9a62aeba56bd4192b03a81beeeda130349217f30c0b7a3ed6f9f39c99');
INSERT INTO "audit" VALUES(4,'2026-01-05T09:00:00','Li','save_plan','p1','{"reason":"even out","header":{"id":"p1","name":"方案一","name_en":"Plan one","status":"draft","revision":2,"parent_id":null,"author":"S1","reason":"试","created_at":"2026-01-01T08:00:02","effective_from":null},"beats":[["B","乙警务区","Beat B","S1"],["A","甲警务区","Beat A",null]],"cells":[["c7",null,"A"]],"added":[],"gone":[]}','saved','p1',2,'da04c2c9a62aeba56bd4192b03a81beeeda130349217f30c0b7a3ed6f9f39c99','9aab0d33f6c7a0aa1dc58202af7859047afc37cb09bb67e5fe0835f9195e7233');
INSERT INTO "audit" VALUES(5,'2026-01-05T09:00:00','Li','take_import','incidents','{"import":"6cf5492aedb7440faaefdfea215fe3f4","file_name":"警情 2026.csv","sha256":"abababababababababababababababababababababababababababababababab","mode":"append","rows":4,"choices":{},"counts":{}}','done',NULL,NULL,'9aab0d33f6c7a0aa1dc58202af7859047afc37cb09bb67e5fe0835f9195e7233','712603949109b9d2c44854442549fac968b96a59b0eed064b68d4b684bbb5b8a');
CREATE TABLE gpkg_contents (
        table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
        last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
        min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
        CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
INSERT INTO "gpkg_contents" VALUES('grid_cells','features','grid_cells','网格 Grid cells','2026-11-23T22:43:28.136Z',109.6,28.7,109.63,28.73,4490);
INSERT INTO "gpkg_contents" VALUES('incidents','attributes','incidents','警情点 Incidents','2026-11-23T22:43:28.175Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "gpkg_contents" VALUES('town','attributes','town','','2026-11-23T22:43:28.133Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "gpkg_contents" VALUES('staff','attributes','staff','','2026-11-23T22:43:28.141Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "gpkg_contents" VALUES('assignments','attributes','assignments','','2026-11-23T22:43:28.144Z',NULL,NULL,NULL,NULL,NULL);
CREATE TABLE gpkg_geometry_columns (
        table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
        z TINYINT NOT NULL, m TINYINT NOT NULL,
        CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
        CONSTRAINT uk_gc_table_name UNIQUE (table_name),
        CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
        CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
INSERT INTO "gpkg_geometry_columns" VALUES('grid_cells','geom','GEOMETRY',4490,0,0);
CREATE TABLE gpkg_spatial_ref_sys (
        srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
        organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO "gpkg_spatial_ref_sys" VALUES('Undefined Cartesian',-1,'NONE',-1,'undefined','Undefined Cartesian');
INSERT INTO "gpkg_spatial_ref_sys" VALUES('Undefined geographic',0,'NONE',0,'undefined','Undefined geographic');
INSERT INTO "gpkg_spatial_ref_sys" VALUES('WGS 84',4326,'EPSG',4326,'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]','longitude, latitude');
INSERT INTO "gpkg_spatial_ref_sys" VALUES('China Geodetic Coordinate System 2000',4490,'EPSG',4490,'GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]],AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4490"]]','longitude, latitude');
CREATE TABLE grid_cells (
	fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	name_en TEXT, 
	unit_code TEXT, 
	dwellings INTEGER, 
	persons INTEGER, 
	organisations INTEGER, 
	rented INTEGER, 
	vacant INTEGER, 
	owner_occupied INTEGER, 
	floating_persons INTEGER, 
	geom GEOMETRY, 
	UNIQUE (code)
);
INSERT INTO "grid_cells" VALUES(1,'c1','第1网格',NULL,NULL,NULL,10,NULL,NULL,NULL,NULL,NULL,X'475000038A1100006666666666665B40D7A3703D0A675B403333333333B33C40F6285C8FC2B53C4001030000000100000005000000D7A3703D0A675B403333333333B33C40D7A3703D0A675B40F6285C8FC2B53C406666666666665B40F6285C8FC2B53C406666666666665B403333333333B33C40D7A3703D0A675B403333333333B33C40');
INSERT INTO "grid_cells" VALUES(2,'c2','第2网格',NULL,NULL,NULL,20,NULL,NULL,NULL,NULL,NULL,X'475000038A110000D7A3703D0A675B4047E17A14AE675B403333333333B33C40F6285C8FC2B53C400103000000010000000500000047E17A14AE675B403333333333B33C4047E17A14AE675B40F6285C8FC2B53C40D7A3703D0A675B40F6285C8FC2B53C40D7A3703D0A675B403333333333B33C4047E17A14AE675B403333333333B33C40');
INSERT INTO "grid_cells" VALUES(3,'c3','第3网格',NULL,NULL,NULL,30,NULL,NULL,NULL,NULL,NULL,X'475000038A11000047E17A14AE675B40B81E85EB51685B403333333333B33C40F6285C8FC2B53C4001030000000100000005000000B81E85EB51685B403333333333B33C40B81E85EB51685B40F6285C8FC2B53C4047E17A14AE675B40F6285C8FC2B53C4047E17A14AE675B403333333333B33C40B81E85EB51685B403333333333B33C40');
INSERT INTO "grid_cells" VALUES(4,'c4','第4网格',NULL,NULL,NULL,40,NULL,NULL,NULL,NULL,NULL,X'475000038A1100006666666666665B40D7A3703D0A675B40F6285C8FC2B53C40B81E85EB51B83C4001030000000100000005000000D7A3703D0A675B40F6285C8FC2B53C40D7A3703D0A675B40B81E85EB51B83C406666666666665B40B81E85EB51B83C406666666666665B40F6285C8FC2B53C40D7A3703D0A675B40F6285C8FC2B53C40');
INSERT INTO "grid_cells" VALUES(5,'c5','第5网格',NULL,NULL,NULL,50,NULL,NULL,NULL,NULL,NULL,X'475000038A110000D7A3703D0A675B4047E17A14AE675B40F6285C8FC2B53C40B81E85EB51B83C400103000000010000000500000047E17A14AE675B40F6285C8FC2B53C4047E17A14AE675B40B81E85EB51B83C40D7A3703D0A675B40B81E85EB51B83C40D7A3703D0A675B40F6285C8FC2B53C4047E17A14AE675B40F6285C8FC2B53C40');
INSERT INTO "grid_cells" VALUES(6,'c6','第6网格',NULL,NULL,NULL,60,NULL,NULL,NULL,NULL,NULL,X'475000038A11000047E17A14AE675B40B81E85EB51685B40F6285C8FC2B53C40B81E85EB51B83C4001030000000100000005000000B81E85EB51685B40F6285C8FC2B53C40B81E85EB51685B40B81E85EB51B83C4047E17A14AE675B40B81E85EB51B83C4047E17A14AE675B40F6285C8FC2B53C40B81E85EB51685B40F6285C8FC2B53C40');
INSERT INTO "grid_cells" VALUES(7,'c7','第7网格',NULL,NULL,NULL,70,NULL,NULL,NULL,NULL,NULL,X'475000038A1100006666666666665B40D7A3703D0A675B40B81E85EB51B83C407B14AE47E1BA3C4001030000000100000005000000D7A3703D0A675B40B81E85EB51B83C40D7A3703D0A675B407B14AE47E1BA3C406666666666665B407B14AE47E1BA3C406666666666665B40B81E85EB51B83C40D7A3703D0A675B40B81E85EB51B83C40');
INSERT INTO "grid_cells" VALUES(8,'c8','第8网格',NULL,NULL,NULL,80,NULL,NULL,NULL,NULL,NULL,X'475000038A110000D7A3703D0A675B4047E17A14AE675B40B81E85EB51B83C407B14AE47E1BA3C400103000000010000000500000047E17A14AE675B40B81E85EB51B83C4047E17A14AE675B407B14AE47E1BA3C40D7A3703D0A675B407B14AE47E1BA3C40D7A3703D0A675B40B81E85EB51B83C4047E17A14AE675B40B81E85EB51B83C40');
INSERT INTO "grid_cells" VALUES(9,'c9','第9网格',NULL,NULL,NULL,90,NULL,NULL,NULL,NULL,NULL,X'475000038A11000047E17A14AE675B40B81E85EB51685B40B81E85EB51B83C407B14AE47E1BA3C4001030000000100000005000000B81E85EB51685B40B81E85EB51B83C40B81E85EB51685B407B14AE47E1BA3C4047E17A14AE675B407B14AE47E1BA3C4047E17A14AE675B40B81E85EB51B83C40B81E85EB51685B40B81E85EB51B83C40');
CREATE TABLE import_before (
	import_id TEXT NOT NULL, 
	part INTEGER NOT NULL, 
	packed BLOB NOT NULL, 
	PRIMARY KEY (import_id, part), 
	FOREIGN KEY(import_id) REFERENCES imports (id)
);
CREATE TABLE import_plans (
	import_id TEXT NOT NULL, 
	plan_id TEXT NOT NULL, 
	revision_before INTEGER NOT NULL, 
	revision_after INTEGER NOT NULL, 
	PRIMARY KEY (import_id, plan_id), 
	FOREIGN KEY(import_id) REFERENCES imports (id)
);
CREATE TABLE imports (
	id TEXT NOT NULL, 
	audit_line INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	who TEXT NOT NULL, 
	target TEXT NOT NULL, 
	file_name TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	rows INTEGER NOT NULL, 
	choices TEXT NOT NULL, 
	counts TEXT NOT NULL, 
	revision_before INTEGER NOT NULL, 
	revision_after INTEGER NOT NULL, 
	first_fid INTEGER, 
	last_fid INTEGER, 
	undone_at TEXT, 
	undone_by TEXT, 
	PRIMARY KEY (id), 
	UNIQUE (audit_line)
);
INSERT INTO "imports" VALUES('6cf5492aedb7440faaefdfea215fe3f4',5,'2026-01-05T09:00:00','Li','incidents','警情 2026.csv','abababababababababababababababababababababababababababababababab','append',4,'{}','{}',1,2,5,8,NULL,NULL);
CREATE TABLE incidents (
	fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	code TEXT NOT NULL, 
	occurred_at TEXT NOT NULL, 
	occurred_until TEXT, 
	category TEXT NOT NULL, 
	source TEXT NOT NULL, 
	lon DOUBLE NOT NULL, 
	lat DOUBLE NOT NULL, 
	UNIQUE (code)
);
INSERT INTO "incidents" VALUES(1,'i0','2025-12-31T22:00:00',NULL,'theft','reported',109.601,28.701);
INSERT INTO "incidents" VALUES(2,'i1','2025-12-31T23:00:00','2025-12-31T23:30:00','fraud','found',1.09610333333333329617e+02,2.87103333333333345924e+01);
INSERT INTO "incidents" VALUES(3,'i2','2026-01-01T00:00:00',NULL,'theft','reported',1.09619666666666674362e+02,2.87196666666666651224e+01);
INSERT INTO "incidents" VALUES(4,'i3','2026-01-01T01:00:00','2026-01-01T01:30:00','fraud','found',109.629,28.729);
INSERT INTO "incidents" VALUES(5,'i4','2026-01-01T02:00:00',NULL,'theft','reported',109.617,28.717);
INSERT INTO "incidents" VALUES(6,'i5','2026-01-01T03:00:00','2026-01-01T03:30:00','fraud','found',1.09621000000000009318e+02,28.721);
INSERT INTO "incidents" VALUES(7,'i6','2026-01-01T04:00:00',NULL,'theft','reported',109.625,2.87249999999999978683e+01);
INSERT INTO "incidents" VALUES(8,'i7','2026-01-01T05:00:00','2026-01-01T05:30:00','fraud','found',109.629,28.729);
CREATE TABLE plan_beats (
	plan_id TEXT NOT NULL, 
	code TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	name_en TEXT NOT NULL, 
	lead TEXT, 
	PRIMARY KEY (plan_id, code), 
	FOREIGN KEY(plan_id) REFERENCES plans (id)
);
INSERT INTO "plan_beats" VALUES('p1','B',0,'乙警务区','Beat B','S1');
INSERT INTO "plan_beats" VALUES('p1','A',1,'甲警务区','Beat A',NULL);
INSERT INTO "plan_beats" VALUES('p22','B',0,'乙警务区','Beat B','S1');
INSERT INTO "plan_beats" VALUES('p22','A',1,'甲警务区','Beat A',NULL);
CREATE TABLE plan_cells (
	plan_id TEXT NOT NULL, 
	cell_code TEXT NOT NULL, 
	beat TEXT, 
	PRIMARY KEY (plan_id, cell_code), 
	FOREIGN KEY(plan_id, beat) REFERENCES plan_beats (plan_id, code), 
	FOREIGN KEY(plan_id) REFERENCES plans (id)
);
INSERT INTO "plan_cells" VALUES('p1','c1','A');
INSERT INTO "plan_cells" VALUES('p1','c2','A');
INSERT INTO "plan_cells" VALUES('p1','c3','A');
INSERT INTO "plan_cells" VALUES('p1','c4','B');
INSERT INTO "plan_cells" VALUES('p1','c5','B');
INSERT INTO "plan_cells" VALUES('p1','c6','B');
INSERT INTO "plan_cells" VALUES('p1','c7','A');
INSERT INTO "plan_cells" VALUES('p1','c8',NULL);
INSERT INTO "plan_cells" VALUES('p1','c9',NULL);
INSERT INTO "plan_cells" VALUES('p22','c1','A');
INSERT INTO "plan_cells" VALUES('p22','c2','A');
INSERT INTO "plan_cells" VALUES('p22','c3','A');
INSERT INTO "plan_cells" VALUES('p22','c4','B');
INSERT INTO "plan_cells" VALUES('p22','c5','B');
INSERT INTO "plan_cells" VALUES('p22','c6','B');
INSERT INTO "plan_cells" VALUES('p22','c7',NULL);
INSERT INTO "plan_cells" VALUES('p22','c8',NULL);
INSERT INTO "plan_cells" VALUES('p22','c9',NULL);
CREATE TABLE plans (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	name_en TEXT NOT NULL, 
	status TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	parent_id TEXT, 
	author TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	effective_from TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "plans" VALUES('p1','方案一','Plan one','draft',2,NULL,'S1','试','2026-01-01T08:00:02',NULL);
INSERT INTO "plans" VALUES('p22','方案一','Plan one','in_force',1,NULL,'S1','试','2026-01-01T08:00:03',NULL);
CREATE TABLE revisions (
	subject TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	PRIMARY KEY (subject)
);
INSERT INTO "revisions" VALUES('town',1);
INSERT INTO "revisions" VALUES('grid_cells',1);
INSERT INTO "revisions" VALUES('incidents',2);
INSERT INTO "revisions" VALUES('staff',1);
INSERT INTO "revisions" VALUES('assignments',1);
INSERT INTO "revisions" VALUES('plans',3);
CREATE TABLE staff (
	fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	name_en TEXT, 
	kind TEXT NOT NULL, 
	UNIQUE (code)
);
INSERT INTO "staff" VALUES(1,'S1','民警一','Officer 1','officer');
INSERT INTO "staff" VALUES(2,'S2','辅警二',NULL,'auxiliary');
CREATE TABLE town (
	fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name TEXT NOT NULL, 
	name_en TEXT NOT NULL, 
	code TEXT NOT NULL, 
	county TEXT NOT NULL, 
	county_en TEXT NOT NULL, 
	metric_crs TEXT NOT NULL, 
	time_zone TEXT NOT NULL, 
	illustrative BOOLEAN NOT NULL, 
	as_of TEXT NOT NULL, 
	source_zh TEXT NOT NULL, 
	source_en TEXT NOT NULL, 
	station TEXT NOT NULL, 
	station_en TEXT NOT NULL
);
INSERT INTO "town" VALUES(1,'小镇','Small Town','430000000','','','EPSG:4546','Asia/Shanghai',1,'2026-01-01','虚构','invented','','');
CREATE TABLE workspace (
	id TEXT NOT NULL, 
	schema_version INTEGER NOT NULL, 
	created_at TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "workspace" VALUES('b81edf57258f4f80b50d07dc7b6d5a2e',2,'2026-01-05T09:00:00');
CREATE UNIQUE INDEX plans_one_in_force ON plans (status) WHERE status = 'in_force';
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('town',1);
INSERT INTO "sqlite_sequence" VALUES('grid_cells',9);
INSERT INTO "sqlite_sequence" VALUES('incidents',8);
INSERT INTO "sqlite_sequence" VALUES('staff',2);
INSERT INTO "sqlite_sequence" VALUES('assignments',1);
COMMIT;
