INSERT INTO workspaces (id, name) VALUES ('acme', 'Acme')
