"""Whatever is posted to /graphql gets an answer in GraphQL's form, and never an internal error."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import httpx
import orjson
import pytest

from tests.live.server import Server, request

JSON = {"content-type": "application/json"}
QUERY = b'{"query":"{ __typename }"}'


def refused(response: httpx.Response) -> str:
    """The code of an answer that is a refusal in GraphQL's form."""
    assert 400 <= response.status_code < 500, (response.status_code, response.text)
    return told(response)


def told(response: httpx.Response) -> str:
    """The code of an answer to what was not run: no data, and one error with all it needs."""
    assert response.headers["content-type"] in (
        "application/json; charset=utf-8",
        "application/graphql-response+json; charset=utf-8",
    )
    assert response.headers["cache-control"] == "private, no-store"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    body = response.json()
    assert set(body) == {"errors"}
    (error,) = body["errors"]
    assert error["message"]
    assert re.fullmatch("[0-9a-f]{16}", error["extensions"]["requestId"])
    code: str = error["extensions"]["code"]
    assert code not in ("", "INTERNAL_SERVER_ERROR")
    return code


def post(
    server: Server, body: bytes, headers: Mapping[str, str] = JSON, method: str = "POST"
) -> httpx.Response:
    return request(method, f"{server.url}/graphql", content=body, headers=headers)


BODIES: dict[str, bytes] = {
    "empty": b"",
    "null": b"null",
    "number": b"1",
    "string": b'"x"',
    "list": b"[]",
    "list of null": b"[null]",
    "batch": b"[" + QUERY + b"," + QUERY + b"]",
    "not JSON": b"{query",
    "NaN": b'{"query":"{ __typename }","variables":{"a":NaN}}',
    "invalid UTF-8": b'{"query":"\xff\xfe"}',
    "lone surrogate": b'{"query":"\\ud800"}',
    "nested lists": b"[" * 100_000,
    "nested closed lists": b"[" * 100_000 + b"]" * 100_000,
    "nested objects": b'{"a":' * 40_000,
    "nested variables": b'{"query":"{ __typename }","variables":{"a":'
    + b"[" * 50_000
    + b"]" * 50_000
    + b"}}",
    "too large": b'{"query":"{ __typename }","x":"' + b"x" * 300_000 + b'"}',
    "no query": b"{}",
    "query null": b'{"query":null}',
    "query empty": b'{"query":""}',
    "query number": b'{"query":1}',
    "query list": b'{"query":["{ __typename }"]}',
    "variables list": b'{"query":"{ __typename }","variables":[]}',
    "variables string": b'{"query":"{ __typename }","variables":"x"}',
    "extensions list": b'{"query":"{ __typename }","extensions":[1]}',
    "operationName number": b'{"query":"{ __typename }","operationName":7}',
    "operationName list": b'{"query":"query A { __typename }","operationName":["A"]}',
    "operationName unknown": b'{"query":"query A { __typename }","operationName":"B"}',
    "operationName empty": b'{"query":"query A { __typename }","operationName":""}',
    "two unnamed": b'{"query":"query A { __typename } query B { __typename }"}',
    "byte order mark": b"\xef\xbb\xbf" + QUERY,
    "UTF-16": QUERY.decode().encode("utf-16"),
    "NUL": b'{"query":"{ __typename }\x00"}',
    "only a fragment": b'{"query":"fragment F on Query { __typename }"}',
}


# Well-formed requests, which name no operation: application/json has 200 for those, too.
UNRESOLVED = ("operationName unknown", "operationName empty", "only a fragment", "two unnamed")


@pytest.mark.parametrize("accept", [None, "application/graphql-response+json"])
@pytest.mark.parametrize("name", BODIES)
def test_a_junk_body_is_refused(server: Server, name: str, accept: str | None) -> None:
    headers = JSON if accept is None else {**JSON, "accept": accept}
    response = post(server, BODIES[name], headers)
    assert response.headers["content-type"].startswith(accept or "application/json")
    if name in UNRESOLVED:
        assert told(response) == "OPERATION_RESOLUTION_FAILURE"
        assert response.status_code == (200 if accept is None else 400)
    else:
        assert refused(response) == "BAD_REQUEST"
        assert response.status_code == (413 if name == "too large" else 400)
    assert post(server, QUERY).json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    "kind",
    [
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/json; charset=us-ascii; x=y",
        "Application/JSON",
        "application/json; x=" + "y" * 1000,
    ],
)
def test_json_is_taken_however_it_is_spelled(server: Server, kind: str) -> None:
    assert post(server, QUERY, {"content-type": kind}).json() == {"data": {"__typename": "Query"}}


def test_a_body_in_pieces_is_one_body(server: Server) -> None:
    def pieces(body: bytes) -> Iterator[bytes]:
        for begin in range(0, len(body), 7):
            yield body[begin : begin + 7]

    address = f"{server.url}/graphql"
    answer = httpx.post(address, content=pieces(QUERY), headers=JSON, timeout=20)
    assert answer.json() == {"data": {"__typename": "Query"}}
    large = httpx.post(address, content=pieces(b"x" * 300_000), headers=JSON, timeout=20)
    assert refused(large) == "BAD_REQUEST"
    assert large.status_code == 413


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_are_refused(server: Server, method: str) -> None:
    response = post(server, QUERY, method=method)
    refused(response)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST, OPTIONS"


def test_a_head_is_refused_without_a_body(server: Server) -> None:
    response = request("HEAD", f"{server.url}/graphql", params={"query": "{ __typename }"})
    assert (response.status_code, response.content) == (405, b"")
    assert response.headers["allow"] == "GET, POST, OPTIONS"


def test_options_tells_the_methods(server: Server) -> None:
    response = request("OPTIONS", f"{server.url}/graphql")
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["allow"] == "GET, POST, OPTIONS"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/graphql"},
        {"content-type": "application/json-seq"},
        {"content-type": "text/plain; application/json"},
        {"content-type": "application/json, text/plain"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "application/json; charset=latin1"},
        {**JSON, "content-encoding": "gzip"},
    ],
)
def test_other_kinds_of_content_are_refused(server: Server, headers: dict[str, str]) -> None:
    response = post(server, QUERY, headers)
    refused(response)
    assert response.status_code == 415


@pytest.mark.parametrize(
    "token", ["", "x", "Bearer", "Bearer x", "Basic YTpi", "Bearer " + "x" * 5000]
)
def test_a_bad_token_is_refused_as_unauthenticated(server: Server, token: str) -> None:
    response = post(server, QUERY, {**JSON, "authorization": token})
    assert refused(response) == "UNAUTHENTICATED"
    assert response.status_code == 401


SIGN_UPS = """
mutation One { signUp(input: {handle: "first.of.two", name: "N", password: "long enough"})
  { accessToken userErrors { code } } }
mutation Two { signUp(input: {handle: "second.of.two", name: "N", password: "long enough"})
  { accessToken userErrors { code } } }
"""


def test_of_two_operations_without_a_name_none_is_run(server: Server) -> None:
    handles = ("first.of.two", "second.of.two")
    found = "query Who($h: String!) { member(by: {handle: $h}) { handle } }"
    for kind, status in (("json", 200), ("graphql-response+json", 400)):
        headers = {**JSON, "accept": f"application/{kind}"}
        response = post(server, orjson.dumps({"query": SIGN_UPS}), headers)
        assert told(response) == "OPERATION_RESOLUTION_FAILURE"
        assert response.status_code == status
    assert [server.ask(found, h=handle)["member"] for handle in handles] == [None, None]
    named = post(server, orjson.dumps({"query": SIGN_UPS, "operationName": "Two"}))
    assert named.json()["data"]["signUp"]["userErrors"] == []
    members = [server.ask(found, h=handle)["member"] for handle in handles]
    assert members == [None, {"handle": "second.of.two"}]


DEEP = {
    "deeper than the parser goes": "{a" * 49_000,
    "deep and closed": "{a" * 20_000 + "}" * 20_000,
    "deep arguments": "{ node(id: " + "[" * 49_000 + "]" * 49_000 + ") { id } }",
    "deep and right": "{ viewer "
    + "{ connections { nodes { member " * 400
    + "{ id }"
    + " } } }" * 400
    + " }",
    "deep types": "query Q($a: " + "[" * 10_000 + "Int" + "]" * 10_000 + ") { __typename }",
    "as deep as tokens go": "{a" * 1_000,
    "arguments as deep as tokens go": "{ node(id: " + "[" * 990 + "]" * 990 + ") { id } }",
    "types as deep as tokens go": "query Q($a: " + "[" * 990 + "Int" + "]" * 990 + ") { a }",
}
TOLD = ("GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "TOKEN_LIMIT_EXCEEDED")


@pytest.mark.parametrize("query", DEEP.values(), ids=DEEP.keys())
def test_a_query_without_end_is_a_mistake_of_its_author(server: Server, query: str) -> None:
    response = post(server, orjson.dumps({"query": query}))
    assert response.status_code < 500
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] in TOLD[: 2 if len(query) < 3_000 else 3]
    assert post(server, QUERY).json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize("levels", [20, 65])
def test_an_answer_that_is_deeper_than_its_encoder_goes_is_no_bug(
    server: Server, levels: int
) -> None:
    """Two members who are connected can be walked back and forth, each time four levels of JSON;
    a little after these 260 levels the text itself is too deep to be read."""
    query = "{ viewer " + "{ connections { nodes { member " * levels + "{ handle }"
    query += " } } }" * levels + " }"
    one, other = [server.member(f"deep.{name}.{levels}") for name in ("one", "other")]
    invite = """mutation($id: ID!) { sendInvitation(input: {memberId: $id})
      { userErrors { code } } }"""
    for inviter, invitee in ((one, other), (other, one)):
        assert server.ask(invite, inviter.token, id=invitee.id)["sendInvitation"] == {
            "userErrors": []
        }
    headers = {**JSON, "authorization": f"Bearer {one.token}"}
    response = post(server, orjson.dumps({"query": query}), headers)
    assert response.status_code == 200
    assert "errors" not in response.text
    assert response.text.count('"handle"') == 1


def test_a_get_asks_but_does_not_act(server: Server) -> None:
    asked = request("GET", f"{server.url}/graphql", params={"query": "{ __typename }"})
    assert asked.json() == {"data": {"__typename": "Query"}}
    handle = "made.by.get"
    query = f'mutation {{ signUp(input: {{handle: "{handle}", name: "N", password: "long enough"}})'
    query += " { accessToken } }"
    response = request("GET", f"{server.url}/graphql", params={"query": query})
    refused(response)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    found = "query Who($h: String!) { member(by: {handle: $h}) { handle } }"
    assert server.ask(found, h=handle)["member"] is None


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "query=",
        "query",
        "query={__typename}&variables=x",
        "query={__typename}&variables=[1]",
        "query={__typename}&extensions=1",
        "query=%ff",
        "query={__typename}&query={__typename}",
        "query={__typename}&variables={}&variables={}",
        "&".join(["a=b"] * 101),
    ],
)
def test_a_junk_get_is_refused(server: Server, asked: str) -> None:
    for accept in ("*/*", "application/graphql-response+json"):
        response = request("GET", f"{server.url}/graphql?{asked}", headers={"accept": accept})
        assert refused(response) == "BAD_REQUEST"
        assert response.status_code == 400


def test_a_get_brings_its_variables(server: Server) -> None:
    params = {
        "query": "query Who($h: String!) { member(by: {handle: $h}) { handle } }",
        "variables": '{"h": "nobody.at.all"}',
        "operationName": "",
        "extensions": "null",
    }
    response = request("GET", f"{server.url}/graphql", params=params)
    assert response.json() == {"data": {"member": None}}


@pytest.mark.parametrize("accept", ["image/png", "text/html", "application/json;q=0", "text/*"])
def test_who_takes_no_answer_of_ours_gets_406(server: Server, accept: str) -> None:
    response = post(server, QUERY, {**JSON, "accept": accept})
    assert refused(response) == "NOT_ACCEPTABLE"
    assert response.status_code == 406
    assert response.headers["content-type"] == "application/json; charset=utf-8"


MISTAKES = {
    "GRAPHQL_PARSE_FAILED": {"query": "{"},
    "GRAPHQL_VALIDATION_FAILED": {"query": "{ nope }"},
}


@pytest.mark.parametrize("code", MISTAKES)
def test_the_status_of_a_mistake_goes_by_the_type_of_the_answer(server: Server, code: str) -> None:
    for accept, kind, status in (
        ("application/json", "application/json", 200),
        ("application/graphql-response+json", "application/graphql-response+json", 400),
        ("*/*;q=0.5, application/graphql-response+json", "application/graphql-response+json", 400),
        (
            "application/json;q=0.9, application/graphql-response+json;q=0.8",
            "application/json",
            200,
        ),
    ):
        response = post(server, orjson.dumps(MISTAKES[code]), {**JSON, "accept": accept})
        assert told(response) == code
        assert response.status_code == status
        assert response.headers["content-type"] == f"{kind}; charset=utf-8"
        assert response.headers["vary"] == "accept"


def test_what_was_run_has_200_and_its_data_whatever_went_wrong(server: Server) -> None:
    query = orjson.dumps({"query": '{ searchMembers(query: "a") { totalCount } }'})
    response = post(server, query, {**JSON, "accept": "application/graphql-response+json"})
    assert response.status_code == 200
    body = response.json()
    assert body["data"] is None
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_a_subscription_has_no_single_answer(server: Server) -> None:
    query = "subscription { invitationReceived { cursor } }"
    for response in (
        post(server, orjson.dumps({"query": query})),
        request("GET", f"{server.url}/graphql", params={"query": query}),
    ):
        refused(response)
        assert response.status_code == 406
