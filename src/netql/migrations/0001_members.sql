-- Members, their profiles, and who may see each field of one.

-- forward
CREATE TABLE members (
    id UUID NOT NULL PRIMARY KEY,
    handle TEXT NOT NULL {bytewise} UNIQUE CHECK (length(handle) BETWEEN 3 AND 30),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL {bytewise},
    created_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    headline TEXT,
    industry TEXT,
    location TEXT,
    avatar_url TEXT,
    about TEXT,
    pronouns TEXT,
    email TEXT,
    phone TEXT,
    birthday DATE,
    address TEXT,
    headline_audience SMALLINT NOT NULL DEFAULT 3 CHECK (headline_audience BETWEEN 0 AND 4),
    industry_audience SMALLINT NOT NULL DEFAULT 3 CHECK (industry_audience BETWEEN 0 AND 4),
    location_audience SMALLINT NOT NULL DEFAULT 3 CHECK (location_audience BETWEEN 0 AND 4),
    avatar_url_audience SMALLINT NOT NULL DEFAULT 3 CHECK (avatar_url_audience BETWEEN 0 AND 4),
    websites_audience SMALLINT NOT NULL DEFAULT 3 CHECK (websites_audience BETWEEN 0 AND 4),
    current_position_audience SMALLINT NOT NULL DEFAULT 3 CHECK (current_position_audience BETWEEN 0 AND 4),
    about_audience SMALLINT NOT NULL DEFAULT 1 CHECK (about_audience BETWEEN 0 AND 4),
    pronouns_audience SMALLINT NOT NULL DEFAULT 1 CHECK (pronouns_audience BETWEEN 0 AND 4),
    positions_audience SMALLINT NOT NULL DEFAULT 1 CHECK (positions_audience BETWEEN 0 AND 4),
    education_audience SMALLINT NOT NULL DEFAULT 1 CHECK (education_audience BETWEEN 0 AND 4),
    skills_audience SMALLINT NOT NULL DEFAULT 1 CHECK (skills_audience BETWEEN 0 AND 4),
    languages_audience SMALLINT NOT NULL DEFAULT 1 CHECK (languages_audience BETWEEN 0 AND 4),
    email_audience SMALLINT NOT NULL DEFAULT 1 CHECK (email_audience BETWEEN 0 AND 3),
    phone_audience SMALLINT NOT NULL DEFAULT 1 CHECK (phone_audience BETWEEN 0 AND 3),
    birthday_audience SMALLINT NOT NULL DEFAULT 1 CHECK (birthday_audience BETWEEN 0 AND 3),
    address_audience SMALLINT NOT NULL DEFAULT 1 CHECK (address_audience BETWEEN 0 AND 3),
    connections_audience SMALLINT NOT NULL DEFAULT 1 CHECK (connections_audience BETWEEN 0 AND 3),
    CHECK (name <> '' OR closed_at IS NOT NULL)
);
CREATE INDEX members_by_name ON members (name_key, id);

CREATE TABLE search_keys (
    id UUID NOT NULL PRIMARY KEY,
    member_id UUID NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    key TEXT NOT NULL {bytewise} CHECK (key <> ''),
    UNIQUE (key, member_id)
);
CREATE INDEX search_keys_by_member ON search_keys (member_id);

CREATE TABLE positions (
    id UUID NOT NULL PRIMARY KEY,
    member_id UUID NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    title TEXT NOT NULL CHECK (title <> ''),
    company TEXT NOT NULL CHECK (company <> ''),
    location TEXT,
    description TEXT,
    started_on DATE,
    ended_on DATE,
    CHECK (started_on IS NULL OR ended_on IS NULL OR ended_on >= started_on)
);
CREATE INDEX positions_by_member ON positions (member_id, id);

CREATE TABLE education (
    id UUID NOT NULL PRIMARY KEY,
    member_id UUID NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    school TEXT NOT NULL CHECK (school <> ''),
    degree TEXT,
    field_of_study TEXT,
    started_on DATE,
    ended_on DATE,
    CHECK (started_on IS NULL OR ended_on IS NULL OR ended_on >= started_on)
);
CREATE INDEX education_by_member ON education (member_id, id);

CREATE TABLE skills (
    id UUID NOT NULL PRIMARY KEY,
    member_id UUID NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (name <> ''),
    UNIQUE (member_id, name)
);

CREATE TABLE languages (
    id UUID NOT NULL PRIMARY KEY,
    member_id UUID NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (name <> ''),
    proficiency TEXT,
    UNIQUE (member_id, name)
);

CREATE TABLE websites (
    id UUID NOT NULL PRIMARY KEY,
    member_id UUID NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    url TEXT NOT NULL CHECK (url <> ''),
    label TEXT,
    UNIQUE (member_id, url)
);

-- backward
DROP TABLE websites;
DROP TABLE languages;
DROP TABLE skills;
DROP TABLE education;
DROP TABLE positions;
DROP TABLE search_keys;
DROP TABLE members;
