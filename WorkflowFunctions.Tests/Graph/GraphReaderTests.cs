using WorkflowFunctions.Workflows;
using static WorkflowFunctions.Tests.Graph.WorkflowText;

namespace WorkflowFunctions.Tests.Graph;

public sealed class GraphReaderTests
{
    [Fact]
    public void A_workflow_becomes_a_graph_with_its_order_kept()
    {
        var graph = ReadValid(
            """
            { "id": "start", "type": "input", "position": { "x": 0, "y": 0 } },
            { "id": "check", "type": "condition", "data": { "label": "Good?", "if": "params.score > 0.5" } },
            { "id": "yes", "type": "transform", "data": { "template": "{{ start.topic }}", "join": "any" } },
            { "id": "no", "type": "fail", "data": { "message": "too low" } }
            """,
            string.Join(',', Edge("start", "check"), Edge("check", "yes", "true"), Edge("check", "no", "false")));

        Assert.Equal(["start", "check", "yes", "no"], graph.Nodes.Select(node => node.Id));
        Assert.Equal(["start", "Good?", "yes", "no"], graph.Nodes.Select(node => node.Label));
        Assert.Equal([JoinKind.All, JoinKind.All, JoinKind.Any, JoinKind.All], graph.Nodes.Select(node => node.Join));
        Assert.Equal([new(0, 1, null), new(1, 2, "true"), new(1, 3, "false")], graph.Edges);
        Assert.Equal(["yes", "no"], graph.Root.Ends);
        Assert.Equal(["start", "check"], graph.Ancestors("yes"));
        Assert.Empty(graph.Ancestors("start"));
        Assert.Equal("yes", graph["yes"].Id);
        Assert.Null(graph.Find("nope"));
        Assert.Equal(graph.Nodes.Select(node => new TopologyNode(node.Id, node.Join)), graph.Root.Topology.Nodes);
        Assert.Equal(graph.Edges.Select(edge => new TopologyEdge(edge.Source, edge.Target, edge.Branch)), graph.Root.Topology.Edges);
    }

    [Fact]
    public void Keys_that_are_not_known_are_kept_and_ignored()
    {
        var graph = ReadValid(
            """
            { "id": "a", "type": "transform", "position": null, "selected": true, "measured": { "width": 3 }, "width": "wide",
              "data": { "template": "x", "color": "{{ not.a.variable", "icon": { "deep": ["{% nonsense %}"] } } },
            { "id": "b", "type": "output", "style": [] }
            """,
            """{ "id": "e", "source": "a", "target": "b", "animated": true, "targetHandle": "left", "style": { "stroke": 1 } }""");
        Assert.Equal("{{ not.a.variable", graph["a"].Data.GetProperty("color").GetString());
        Assert.Equal("""{ "deep": ["{% nonsense %}"] }""", graph["a"].Data.GetProperty("icon").GetRawText());
    }

    [Theory]
    [InlineData(""" "type": "merge" """, "merge")]
    [InlineData(""" "type": "merge", "data": { "node_type": "input", "type": "output" } """, "merge")]
    [InlineData(""" "type": "card", "data": { "node_type": "merge", "type": "output" } """, "merge")]
    [InlineData(""" "type": "card", "data": { "type": "output" } """, "output")]
    [InlineData(""" "type": "card", "data": { "node_type": "card", "type": "output" } """, "output")]
    [InlineData(""" "data": { "node_type": "merge" } """, "merge")]
    [InlineData(""" "data": null """, "default")]
    [InlineData(""" "type": null """, "default")]
    public void The_type_is_found_where_teams_put_it(string node, string expected) =>
        Assert.Equal(expected, ReadValid($$"""{ "id": "n", {{node}} }""")["n"].Type);

    [Theory]
    [InlineData(""" "type": "card" """, "card")]
    [InlineData(""" "type": "card", "data": { "node_type": "tile" } """, "card")]
    [InlineData(""" "data": { "type": "Merge" } """, "Merge")]
    public void An_unknown_type_is_named_and_the_known_ones_are_listed(string node, string named)
    {
        var problem = Assert.Single(ReadInvalid($$"""{ "id": "n", {{node}} }"""));
        Assert.Equal(("/nodes/0/type", "n"), (problem.Pointer, problem.NodeId));
        Assert.Contains($"'{named}'", problem.Detail, StringComparison.Ordinal);
        Assert.Contains(
            "approval, attach_images, condition, default, delay, fail, for_each, generate_copy", problem.Expected,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_reported_at_once()
    {
        var problems = ReadInvalid(
            """
            { "id": "a", "type": "input" },
            { "id": "a", "type": "merge" },
            { "id": "b", "type": "nope" },
            { "id": "c", "type": "generate_copy", "data": { "temperature": 5, "retry": { "max_attempts": 0 } } },
            { "id": "d", "type": "transform", "data": { "fields": { "x/y": [1, "{{ c.text }} {{ who }}"] } } },
            { "id": "f", "type": "condition", "data": { "if": "nodes.ghost.ok" } }
            """,
            string.Join(',', Edge("a", "c"), Edge("c", "ghost"), Edge("f", "a", "maybe"), """{ "id": "e", "source": "a" }"""));
        Assert.Equal(
            [
                ("/nodes/1/id", "a", null),
                ("/nodes/2/type", "b", null),
                ("/edges/1/target", null, "c-ghost-"),
                ("/edges/2/sourceHandle", "f", "f-a-maybe"),
                ("/edges/3/target", null, "e"),
                ("/nodes/3/data/retry/max_attempts", "c", null),
                ("/nodes/3/data/prompt", "c", null),
                ("/nodes/3/data/temperature", "c", null),
                ("/nodes/4/data/fields/x~1y/1", "d", null),
                ("/nodes/4/data/fields/x~1y/1", "d", null),
                ("/nodes/5/data/if", "f", null),
            ],
            problems.Select(problem => (problem.Pointer, problem.NodeId, problem.EdgeId)));
        Assert.All(problems, problem => Assert.NotEqual("", problem.Detail));
        Assert.All(problems, problem => Assert.NotEqual("", problem.Expected));
    }

    [Fact]
    public void A_node_that_cannot_be_named_does_not_hide_what_is_wrong_with_others() =>
        Assert.Equal(
            ["/nodes/0", "/nodes/1/id", "/nodes/2/data/prompt"],
            ReadInvalid("""5, { "type": "input" }, { "id": "c", "type": "generate_copy" }""").Select(problem => problem.Pointer));

    [Fact]
    public void Edges_that_cannot_be_read_do_not_hide_what_is_wrong_with_nodes() =>
        Assert.Equal(
            ["/edges", "/nodes/0/data/prompt"],
            Read("""{ "nodes": [{ "id": "c", "type": "generate_copy" }], "edges": 5 }""").Problems.Select(problem => problem.Pointer));

    [Theory]
    [InlineData("a-a", "a → a")]
    [InlineData("a-b b-a", "a → b → a")]
    [InlineData("a-b b-c c-d d-b", "b → c → d → b")]
    public void A_cycle_is_shown_as_a_path(string edges, string path)
    {
        var problem = Assert.Single(ReadInvalid(
            string.Join(',', "abcd".Select(id => Plain(id.ToString()))),
            string.Join(',', edges.Split(' ').Select(edge => Edge(edge[..1], edge[2..])))));
        Assert.Equal("/edges", problem.Pointer);
        // A cycle may be told from any of its nodes.
        var nodes = path.Split(" → ")[1..];
        var rotations = nodes.Select((_, start) => string.Join(" → ", nodes[start..].Concat(nodes[..start]).Append(nodes[start])));
        Assert.Contains(rotations, rotation => problem.Detail.Contains($"The nodes {rotation} form", StringComparison.Ordinal));
        Assert.Contains("remove one of these edges", problem.Expected, StringComparison.Ordinal);
        Assert.Contains(problem.NodeId!, nodes);
    }

    [Theory]
    [InlineData("later", "no path leads from it")]
    [InlineData("aside", "no path leads from it")]
    [InlineData("me", "no path leads from it")]
    [InlineData("ghost", "there is no such node")]
    public void Only_ancestors_can_be_read(string source, string because)
    {
        var problem = Assert.Single(ReadInvalid(
            string.Join(',', Plain("first"), Plain("aside"), Plain("later"),
                $$$"""{ "id": "me", "type": "output", "data": { "value": ["{{ nodes.first }}", "{{ nodes.{{{source}}}.x }}"] } }"""),
            string.Join(',', Edge("first", "me"), Edge("me", "later"))));
        Assert.Equal(("/nodes/3/data/value/1", "me"), (problem.Pointer, problem.NodeId));
        Assert.Contains($"'{source}'", problem.Detail, StringComparison.Ordinal);
        Assert.Contains(because, problem.Detail, StringComparison.Ordinal);
        Assert.Equal("the id of a node that comes before this one", problem.Expected);
    }

    [Theory]
    [InlineData("{{ params.x }} {{ execution.id }} {{ secrets.key }} {{ nodes.1.a }} {{ node-2.b }}")]
    [InlineData("{{ stranger | default: 'x' }}")]
    [InlineData("{% assign mine = params.x %}{{ mine }}{% for i in nodes.1.list %}{{ i }}{{ forloop.index }}{% endfor %}")]
    public void What_exists_can_be_read(string template) =>
        ReadValid(
            string.Join(',', Plain("1"), Plain("node-2"),
                $$"""{ "id": "me", "type": "output", "data": { "value": {{System.Text.Json.JsonSerializer.Serialize(template)}} } }"""),
            string.Join(',', Edge("1", "node-2"), Edge("node-2", "me")));

    [Fact]
    public void A_variable_that_nothing_defines_is_reported()
    {
        var problem = Assert.Single(
            ReadInvalid("""{ "id": "n", "type": "output", "data": { "value": { "a": "{{ topic.name | upcase }}" } } }"""));
        Assert.Equal(
            new Problem(
                "/nodes/0/data/value/a", "The variable 'topic.name' is not known.",
                "params, nodes.<id>, execution or secrets, or the id of a node before this one", "n"),
            problem);
    }

    [Theory]
    [InlineData("generate_copy", """{ "prompt": "x" }""", "\"error\"", "a node with \"on_error\": \"branch\"")]
    [InlineData("generate_copy", """{ "prompt": "x", "on_error": "branch" }""", "\"true\"", "one of error")]
    [InlineData("condition", """{ "if": "true" }""", "\"yes\"", "one of true, false")]
    [InlineData("condition", """{ "if": "true" }""", "\"error\"", "one of true, false")]
    [InlineData("switch", """{ "value": "x", "cases": ["a", "b"] }""", "\"c\"", "one of a, b, default")]
    [InlineData("condition", """{ "if": "true" }""", "5", "one of true, false")]
    [InlineData("condition", """{ "if": "true" }""", "{}", "one of true, false")]
    public void A_handle_that_a_node_does_not_have_is_reported(string type, string data, string handle, string expected)
    {
        var problem = Assert.Single(ReadInvalid(
            $$"""{ "id": "n", "type": "{{type}}", "data": {{data}} }, {{Plain("next")}}""",
            $$"""{ "id": "e", "source": "n", "target": "next", "sourceHandle": {{handle}} }"""));
        Assert.Equal(
            ("/edges/0/sourceHandle", "n", "e", expected),
            (problem.Pointer, problem.NodeId, problem.EdgeId, problem.Expected));
    }

    [Theory]
    [InlineData("generate_copy", """{ "prompt": "x", "on_error": "branch" }""", "\"error\"", "error")]
    [InlineData("switch", """{ "value": "x", "cases": ["a", "b"] }""", "\"default\"", "default")]
    [InlineData("condition", """{ "if": "true" }""", "\"false\"", "false")]
    [InlineData("condition", """{ "if": "true" }""", "null", null)]
    [InlineData("default", "{}", "\"\"", null)]
    [InlineData("default", "{}", "\"right\"", null)]
    [InlineData("generate_copy", """{ "prompt": "x" }""", "\"source-1\"", null)]
    public void A_handle_that_a_node_has_becomes_the_branch(string type, string data, string handle, string? branch) =>
        Assert.Equal(
            branch,
            ReadValid(
                $$"""{ "id": "n", "type": "{{type}}", "data": {{data}} }, {{Plain("next")}}""",
                $$"""{ "source": "n", "target": "next", "sourceHandle": {{handle}} }""").Edges[0].Branch);

    [Theory]
    [InlineData("""{ }""", "/nodes")]
    [InlineData("""{ "nodes": null }""", "/nodes")]
    [InlineData("""{ "nodes": {} }""", "/nodes")]
    [InlineData("""{ "nodes": [] }""", "/nodes")]
    [InlineData("""{ "nodes": [[]] }""", "/nodes/0")]
    [InlineData("""{ "nodes": [{ "type": "input" }] }""", "/nodes/0/id")]
    [InlineData("""{ "nodes": [{ "id": 5, "type": "input" }] }""", "/nodes/0/id")]
    [InlineData("""{ "nodes": [{ "id": "", "type": "input" }] }""", "/nodes/0/id")]
    [InlineData("""{ "nodes": [{ "id": "a#b", "type": "input" }] }""", "/nodes/0/id")]
    [InlineData("""{ "nodes": [{ "id": "a\u0000b", "type": "input" }] }""", "/nodes/0/id")]
    [InlineData("""{ "nodes": [{ "id": "a", "type": "input", "data": "text" }] }""", "/nodes/0/data")]
    [InlineData("""{ "nodes": [{ "id": "a", "type": "input", "data": [] }] }""", "/nodes/0/data")]
    [InlineData("""{ "nodes": [{ "id": "a", "type": "input" }], "edges": {} }""", "/edges")]
    [InlineData("""{ "nodes": [{ "id": "a", "type": "input" }], "edges": [null] }""", "/edges/0")]
    public void A_broken_shape_is_reported_where_it_is(string file, string pointer) =>
        Assert.Equal(pointer, Assert.Single(Read(file).Problems).Pointer);

    [Theory]
    [InlineData("""{ "nodes": [{ "id": "a", "type": "input" }] }""")]
    [InlineData("""{ "nodes": [{ "id": "a", "type": "input" }], "edges": null }""")]
    public void A_workflow_needs_no_edges(string file) => Assert.NotNull(Read(file).Graph);

    [Fact]
    public void Frames_and_notes_are_no_nodes_of_the_graph_but_nodes_are_drawn_in_them()
    {
        var graph = ReadValid(
            """
            { "id": "frame", "type": "group", "data": { "label": "First" } },
            { "id": "loop", "type": "for_each", "parentId": "frame", "data": { "items": [1] } },
            { "id": "inner", "type": "group", "parentId": "loop" },
            { "id": "a", "type": "default", "parentId": "inner" },
            { "id": "why", "type": "annotation", "data": { "label": "Why", "level": 1 } },
            { "id": "hint", "type": "sticky", "data": { "note": "Ask Ada." } },
            { "id": "end", "type": "output" }
            """,
            Edge("loop", "end"));

        Assert.Equal(["loop", "a", "end"], graph.Nodes.Select(node => node.Id));
        Assert.Equal([null, "loop", null], graph.Nodes.Select(node => node.ParentId));
        Assert.Equal(["loop", "end"], graph.Root.Nodes.Select(node => node.Id));
        var problem = Assert.Single(ReadInvalid($$"""{{Plain("a")}}, { "id": "why", "type": "note" }""", Edge("a", "why")));
        Assert.Equal(
            ("/edges/0/target", "The edge's target 'why' is a frame or a note, which does not run."), (problem.Pointer, problem.Detail));
        Assert.Equal("/nodes", Assert.Single(ReadInvalid("""{ "id": "why", "type": "note" }""")).Pointer);
    }

    [Theory]
    [InlineData("""{ "nodes": [{ "id": 1, "type": "input" }] }""", "The node's id is no text: 1.")]
    [InlineData(
        """{ "nodes": [{ "id": "a", "type": "input" }, { "id": "b", "type": "output" }], "edges": [{ "source": "a", "target": 2 }] }""",
        "The edge's target is no text: 2.")]
    public void An_id_that_is_a_number_is_told_to_be_one(string file, string detail) =>
        Assert.Equal(detail, Assert.Single(Read(file).Problems).Detail);

    [Fact]
    public void An_id_has_at_most_200_characters()
    {
        ReadValid(Plain(new string('x', 200)));
        Assert.Equal("/nodes/0/id", Assert.Single(ReadInvalid(Plain(new string('x', 201)))).Pointer);
    }

    [Fact]
    public void An_edge_id_that_is_used_twice_is_reported() =>
        Assert.Equal(
            "/edges/1/id",
            Assert.Single(ReadInvalid(
                string.Join(',', Plain("a"), Plain("b")),
                """{ "id": "e", "source": "a", "target": "b" }, { "id": "e", "source": "a", "target": "b" }""")).Pointer);
}
