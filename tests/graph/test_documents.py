"""Texts are worked out once; what is kept of them is bounded, and still checked."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLObjectType,
    OperationType,
    Token,
    get_introspection_query,
    get_named_type,
    is_abstract_type,
)
from graphql.execution.values import VariableValues

from netql.api.answering import ONE_ANSWER, Schema
from netql.api.documents import Document, Documents
from netql.api.explorer import example_texts
from netql.api.operations import Asked, Mistaken, NotAllowed, NotOffered
from netql.api.parsing import parse
from netql.api.schema import create_schema
from netql.execution.plan import SelectionPlan
from tests.api import Api
from tests.execution import ONCE
from tests.people import People

PROFILE = """query($id: ID!) { member(by: {id: $id}) { id handle name headline about email phone
  websites { url } currentPosition { title company } } }"""
TWO = "query One { __typename } mutation Two { signOut(input: {}) { clientMutationId } }"


@pytest.fixture(scope="module", autouse=True)
def what_others_left() -> Iterator[None]:
    """Nothing that the collector walks through here: half a second each time in a whole run."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def schema() -> Schema:
    return create_schema()


def test_a_text_is_worked_out_once(schema: Schema) -> None:
    operations, counts = schema.operations, schema.operations.documents.counts
    first = operations.find(Asked("{ __typename }"), ONE_ANSWER)
    assert operations.find(Asked("{ __typename }"), ONE_ANSWER) is first
    assert operations.find(Asked("{ __typename  }"), ONE_ANSWER) is not first
    assert (counts.hits, counts.misses) == (1, 2)
    assert first.plan is first.plan


async def test_requests_share_a_plan_and_nothing_else(api: Api, people: People) -> None:
    ann, ben = [await people.member(phone="+4930901820") for _ in range(2)]
    for _ in range(2):
        for viewer in (ann, ben, None):
            for subject in (ann, ben):
                found = (await api.run(PROFILE, as_=viewer, id=subject.id))["member"]
                assert found["handle"] == subject.handle
                assert (found["phone"] is None) == (viewer is not subject)


def test_what_is_known_is_still_checked(schema: Schema) -> None:
    """Each check of a text that is new is made of one that is known, too."""
    operations = schema.operations
    only = frozenset((OperationType.QUERY,))
    for _ in range(2):
        assert operations.find(Asked(TWO, None, "One"), only).type is OperationType.QUERY
        with pytest.raises(NotOffered):
            operations.find(Asked(TWO, None, "Two"), only)
        with pytest.raises(NotAllowed):
            operations.find(Asked(TWO, None, "Three"), ONE_ANSWER)
        with pytest.raises(Mistaken):
            operations.find(Asked(TWO), ONE_ANSWER)


@pytest.mark.parametrize("text", ["{", "{ nope }", "{ a: __typename a: viewer { id } }"])
def test_what_is_wrong_is_not_kept(schema: Schema, text: str) -> None:
    documents = schema.operations.documents
    for _ in range(2):
        with pytest.raises(Mistaken):
            schema.operations.find(Asked(text), ONE_ANSWER)
    assert (len(documents), documents.weight, documents.counts.hits) == (0, 0, 0)


def test_a_stream_of_texts_pushes_out_the_oldest_and_no_trusted_one(schema: Schema) -> None:
    documents = schema.operations.documents = Documents(most=10)
    documents.trust(example_texts())
    for text in example_texts():
        schema.operations.find(Asked(text), frozenset(OperationType))
    for number in range(50):
        schema.operations.find(Asked(f"{{ a{number}: __typename }}"), ONE_ANSWER)
    assert len(documents) == 10
    assert documents.counts.evictions == 40
    assert documents.find("{ a49: __typename }") is not None
    assert documents.find("{ a0: __typename }") is None
    assert all(documents.find(text) is not None for text in example_texts())


def test_what_is_kept_holds_no_more_memory_than_it_may(schema: Schema) -> None:
    documents = schema.operations.documents = Documents(most_bytes=100_000)
    for number in range(50):
        text = f"{{ {'a' * 100}{number}: __typename }}"
        schema.operations.find(Asked(text), ONE_ANSWER)
        assert documents.weight <= 100_000
    assert 1 <= len(documents) < 10


def test_a_document_weighs_more_as_more_of_it_is_reached(schema: Schema) -> None:
    documents = schema.operations.documents = Documents()
    operation = schema.operations.find(Asked(PROFILE), ONE_ANSWER)
    before = documents.weight
    walk(operation.plan.root(VariableValues({}, {})), schema)
    documents.weigh_anew(PROFILE)
    assert documents.weight > before
    assert len(documents) == 1
    heavy = Documents(most_bytes=before + 1)
    document = documents.find(PROFILE)
    assert document is not None
    heavy.keep(document)
    assert (len(heavy), heavy.weight) == (0, 0)


def walk(selection: SelectionPlan, schema: Schema) -> None:
    """Compile all that is selected below."""
    for one in selection.fields:
        named = get_named_type(one.definition.type)
        types: list[Any] = [named] if isinstance(named, GraphQLObjectType) else []
        if is_abstract_type(named):
            types = list(schema._schema.get_possible_types(named))
        for type_ in types:
            walk(one.below(type_), schema)


SAMPLES = {
    "profile": PROFILE,
    "introspection": get_introspection_query(),
    "aliases": "{ " + " ".join(f"a{number}: __typename" for number in range(300)) + " }",
    "abstract": "{ " + " ".join(f'a{n}: node(id: "x") {{ id }}' for n in range(300)) + " }",
    "repeated": "{" + "viewer{name}" * 300 + "}",
    "deep": "{viewer" + "{connections{nodes{member" * 60 + "{id}" + "}}}" * 60 + "}",
}


@ONCE
def test_what_is_kept_holds_no_tokens(schema: Schema) -> None:
    """A third of a text's objects, which the garbage collector would walk through for nothing."""
    before = tokens()
    operation = schema.operations.find(Asked(PROFILE), ONE_ANSWER)
    assert operation.node.loc is not None
    assert (operation.node.loc.start, operation.node.loc.end) == (0, len(PROFILE))
    assert tokens() == before


def tokens() -> int:
    """How many there are of what was made here."""
    gc.collect()
    return sum(isinstance(one, Token) for one in gc.get_objects())


@ONCE
@pytest.mark.parametrize("text", SAMPLES.values(), ids=SAMPLES.keys())
def test_what_is_let_go_of_leaves_nothing_to_the_garbage_collector(
    schema: Schema, text: str
) -> None:
    """It would have to look through all that is kept, to find a document and its plan."""

    def made() -> None:
        node = parse(text, most_tokens=20_000, most_comments=0)
        first = Document(schema._schema, text, node).first
        assert first is not None
        values = first.variables.plain({"id": "x"}) or first.variables.values({"id": "x"})
        assert isinstance(values, VariableValues)
        walk(first.plan.root(values), schema)

    # What the schema itself remembers of the text is made by the first.
    made()
    gc.collect()
    gc.disable()
    try:
        made()
        assert gc.collect() == 0
    finally:
        gc.enable()


@ONCE
@pytest.mark.parametrize("text", SAMPLES.values(), ids=SAMPLES.keys())
def test_the_estimate_of_memory_is_no_less_than_what_is_allocated(
    schema: Schema, text: str
) -> None:
    def made() -> Document:
        node = parse(text, most_tokens=20_000, most_comments=0)
        document = Document(schema._schema, text, node)
        assert document.first is not None
        walk(document.first.plan.root(VariableValues({}, {})), schema)
        document.weigh()
        return document

    # What the schema itself remembers of the text is allocated by the first.
    kept = [made()]
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        kept.append(made())
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before <= kept[1].weight <= 4 * (after - before)
