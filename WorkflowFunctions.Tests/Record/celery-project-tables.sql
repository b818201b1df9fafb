-- What the existing project has besides the tables of the schema document: with columns of its own that nobody else fills.
CREATE TYPE plan AS ENUM ('free', 'pro');
CREATE TABLE workspaces (id VARCHAR PRIMARY KEY, title TEXT NOT NULL, plan plan NOT NULL, settings JSONB NOT NULL DEFAULT '{}');
CREATE TABLE users (
    id VARCHAR PRIMARY KEY, email TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL, is_active BOOLEAN NOT NULL DEFAULT TRUE,
    last_login TIMESTAMP WITH TIME ZONE);
CREATE TABLE projects (id VARCHAR PRIMARY KEY, workspace_id VARCHAR NOT NULL REFERENCES workspaces(id), owner_id VARCHAR NOT NULL REFERENCES users(id));
CREATE TABLE documents (
    id VARCHAR PRIMARY KEY, body TEXT NOT NULL, revision INTEGER NOT NULL, author_id VARCHAR NOT NULL REFERENCES users(id),
    CHECK (revision > 0));
