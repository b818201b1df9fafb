using static WorkflowFunctions.Tests.Graph.WorkflowText;

namespace WorkflowFunctions.Tests.Graph;

/// <summary>What is reported of the settings of single nodes.</summary>
public sealed class NodeSettingsProblemTests
{
    [Theory]
    [InlineData("generate_copy", """{ }""", "/prompt", "a string")]
    [InlineData("generate_copy", """{ "prompt": "" }""", "/prompt", "at least 1 characters")]
    [InlineData("generate_copy", """{ "prompt": 5 }""", "/prompt", "a string")]
    [InlineData("generate_copy", """{ "prompt": null }""", "/prompt", "a string")]
    [InlineData("generate_copy", """{ "prompt": "{{ params." }""", "/prompt", "a valid Liquid template")]
    [InlineData("generate_copy", """{ "prompt": "x", "temperature": 2.1 }""", "/temperature", "a number from 0 to 2")]
    [InlineData("generate_copy", """{ "prompt": "x", "max_tokens": 1.5 }""", "/max_tokens", "an integer from 1 to 1000000")]
    [InlineData("generate_copy", """{ "prompt": "x", "response_format": "xml" }""", "/response_format", "one of \"text\", \"json\"")]
    [InlineData("generate_copy", """{ "prompt": "x", "json_schema": 5 }""", "/json_schema", "a JSON Schema")]
    [InlineData("generate_copy", """{ "prompt": "x", "json_schema": "none" }""", "/json_schema", "a JSON Schema")]
    [InlineData("generate_copy", """{ "prompt": "x", "save_document": 5 }""", "/save_document", "true, false, or an object with a title")]
    [InlineData(
        "generate_copy", """{ "prompt": "x", "save_document": "yes" }""", "/save_document", "true, false, or an object with a title")]
    [InlineData("generate_image", """{ }""", "/prompt", "a string")]
    [InlineData("generate_image", """{ "prompt": "x", "count": 0 }""", "/count", "an integer from 1 to 10")]
    [InlineData(
        "generate_image", """{ "prompt": "x", "size": "big" }""", "/size", "a width and a height in pixels, such as 1024x1024, or auto")]
    [InlineData("attach_images", """{ "document_id": "d" }""", "/image_ids", "an array")]
    [InlineData("attach_images", """{ "document_id": "d", "image_ids": "x" }""", "/image_ids", "an array")]
    [InlineData("attach_images", """{ "document_id": "d", "image_ids": ["x", 5] }""", "/image_ids/1", "a string")]
    [InlineData("attach_images", """{ "image_ids": [] }""", "/document_id", "a string")]
    [InlineData("attach_images", """{ "document_id": "d", "image_ids": [], "primary": -1 }""", "/primary", "an integer from 0 to 10000")]
    [InlineData("http_request", """{ }""", "/url", "a string")]
    [InlineData("http_request", """{ "url": "/relative" }""", "/url", "an absolute http or https URL")]
    [InlineData("http_request", """{ "url": "ftp://x.test/" }""", "/url", "an absolute http or https URL")]
    [InlineData("http_request", """{ "url": "http://x.test", "headers": [] }""", "/headers", "an object")]
    [InlineData("http_request", """{ "url": "http://x.test", "headers": { "a/b": 5 } }""", "/headers/a~1b", "a string")]
    [InlineData("http_request", """{ "url": "http://x.test", "query": "a=b" }""", "/query", "an object")]
    [InlineData("http_request", """{ "url": "http://x.test", "expect_status": 42 }""", "/expect_status", "a status code or a list of them")]
    [InlineData(
        "http_request", """{ "url": "http://x.test", "expect_status": "ok" }""", "/expect_status", "a status code or a list of them")]
    [InlineData(
        "http_request", """{ "url": "http://x.test", "expect_status": [200, "ok"] }""", "/expect_status",
        "a status code or a list of them")]
    [InlineData("transform", """{ }""", "/fields", "either fields (an object) or template (a text)")]
    [InlineData("transform", """{ "template": null }""", "/fields", "either fields (an object) or template (a text)")]
    [InlineData("transform", """{ "fields": {}, "template": "" }""", "/fields", "either fields (an object) or template (a text)")]
    [InlineData("transform", """{ "fields": [] }""", "/fields", "an object of templates")]
    [InlineData("transform", """{ "fields": "none" }""", "/fields", "an object of templates")]
    [InlineData("transform", """{ "fields": { "a": { "b~c": "{% if %}" } } }""", "/fields/a/b~0c", "a valid Liquid template")]
    [InlineData("transform", """{ "template": 5 }""", "/template", "a string")]
    [InlineData("condition", """{ }""", "/if", "a Liquid condition")]
    [InlineData("condition", """{ "if": 5 }""", "/if", "a Liquid condition")]
    [InlineData("condition", """{ "if": "" }""", "/if", "a valid Liquid template")]
    [InlineData("condition", """{ "if": "{% if x %}" }""", "/if", "a valid Liquid template")]
    [InlineData("condition", """{ "if": "{{ params.score }} > 1" }""", "/if", "a valid Liquid template")]
    [InlineData("condition", """{ "if": "params.score > 1 && params.x" }""", "/if", "a valid Liquid template")]
    [InlineData("condition", """{ "if": "and== a" }""", "/if", "a valid Liquid template")]
    [InlineData("switch", """{ "cases": ["a"] }""", "/value", "a string")]
    [InlineData("switch", """{ "value": "x" }""", "/cases", "an array")]
    [InlineData("switch", """{ "value": "x", "cases": [] }""", "/cases", "at least 1 items")]
    [InlineData("switch", """{ "value": "x", "cases": ["a", "b", "a"] }""", "/cases/2", "a name used once, other than default and error")]
    [InlineData("switch", """{ "value": "x", "cases": ["error"] }""", "/cases/0", "a name used once, other than default and error")]
    [InlineData("delay", """{ }""", "/seconds", "either seconds (a number) or until (an ISO 8601 time)")]
    [InlineData("delay", """{ "seconds": null }""", "/seconds", "either seconds (a number) or until (an ISO 8601 time)")]
    [InlineData(
        "delay", """{ "seconds": 1, "until": "2030-01-31T09:00:00Z" }""", "/seconds",
        "either seconds (a number) or until (an ISO 8601 time)")]
    [InlineData("delay", """{ "seconds": -1 }""", "/seconds", "a number from 0 to 315360000")]
    [InlineData("delay", """{ "until": "soon" }""", "/until", "an ISO 8601 time such as 2030-01-31T09:00:00Z")]
    [InlineData("delay", """{ "until": 5 }""", "/until", "a string")]
    [InlineData("fail", """{ }""", "/message", "a string")]
    [InlineData(
        "output", """{ "value": ["{{ nope }}"] }""", "/value/0",
        "params, nodes.<id>, execution or secrets, or the id of a node before this one")]
    public void A_wrong_setting_is_reported(string type, string data, string pointer, string expected)
    {
        var problem = Assert.Single(ReadInvalid($$"""{ "id": "n", "type": "{{type}}", "data": {{data}} }"""));
        Assert.Equal(("/nodes/0/data" + pointer, expected, "n"), (problem.Pointer, problem.Expected, problem.NodeId));
    }

    [Theory]
    [InlineData("""{ "label": 5 }""", "/label", "a string")]
    [InlineData("""{ "retry": 3 }""", "/retry", "an object")]
    [InlineData("""{ "retry": null }""", "/retry", "an object")]
    [InlineData("""{ "retry": { "max_attempts": 0 } }""", "/retry/max_attempts", "an integer from 1 to 100")]
    [InlineData("""{ "retry": { "max_attempts": "3" } }""", "/retry/max_attempts", "an integer from 1 to 100")]
    [InlineData("""{ "retry": { "max_attempts": 1e30 } }""", "/retry/max_attempts", "an integer from 1 to 100")]
    [InlineData("""{ "retry": { "delay_seconds": -1 } }""", "/retry/delay_seconds", "a number from 0 to 86400")]
    [InlineData("""{ "retry": { "backoff": 0.5 } }""", "/retry/backoff", "a number from 1 to 100")]
    [InlineData("""{ "retry": { "max_delay_seconds": true } }""", "/retry/max_delay_seconds", "a number from 0 to 86400")]
    [InlineData("""{ "timeout_seconds": 0 }""", "/timeout_seconds", "a number from 0.001 to 86400")]
    [InlineData("""{ "timeout_seconds": 1e400 }""", "/timeout_seconds", "a number from 0.001 to 86400")]
    [InlineData("""{ "timeout_seconds": "{{ params.t }}" }""", "/timeout_seconds", "a number from 0.001 to 86400")]
    [InlineData("""{ "on_error": "ignore" }""", "/on_error", "one of \"fail\", \"continue\", \"branch\"")]
    [InlineData("""{ "on_error": 1 }""", "/on_error", "one of \"fail\", \"continue\", \"branch\"")]
    [InlineData("""{ "join": "some" }""", "/join", "one of \"all\", \"any\"")]
    public void A_wrong_policy_is_reported_for_any_type(string data, string pointer, string expected)
    {
        var problem = Assert.Single(ReadInvalid($$"""{ "id": "n", "type": "default", "data": {{data}} }"""));
        Assert.Equal(("/nodes/0/data" + pointer, expected, "n"), (problem.Pointer, problem.Expected, problem.NodeId));
    }

    [Fact]
    public void A_wrong_on_error_is_reported_of_a_node_that_branches_too() =>
        Assert.Equal(
            "/nodes/0/data/on_error",
            Assert
                .Single(
                    ReadInvalid(
                        $$"""{ "id": "n", "type": "condition", "data": { "if": "true", "on_error": 5 } }, {{Plain("next")}}""",
                        Edge("n", "next", "true")))
                .Pointer);

    [Theory]
    [InlineData(
        "generate_copy",
        """{ "prompt": "{{ params.p }}", "temperature": "{{ params.t }}", "max_tokens": "{{ params.m }}","""
            + """ "response_format": "{{ params.f }}", "json_schema": "{{ params.s }}", "save_document": "{{ params.d }}" }""")]
    [InlineData(
        "generate_copy", """{ "prompt": "x", "json_schema": { "type": "object" }, "save_document": { "title": "{{ params.t }}" } }""")]
    [InlineData("generate_copy", """{ "prompt": "x", "json_schema": null, "save_document": null, "system": null, "temperature": null }""")]
    [InlineData("generate_image", """{ "prompt": "x", "size": "{{ params.s }}", "count": "{{ params.c }}" }""")]
    [InlineData("generate_image", """{ "prompt": "x", "size": "auto", "count": 10 }""")]
    [InlineData("attach_images", """{ "document_id": "d", "image_ids": "{{ params.ids }}" }""")]
    [InlineData("attach_images", """{ "document_id": "d", "image_ids": ["a", "{{ params.id }}"], "primary": 1 }""")]
    [InlineData("http_request", """{ "url": "{{ params.url }}", "method": "{{ params.m }}", "expect_status": "{{ params.ok }}" }""")]
    [InlineData("http_request", """
        { "url": "https://x.test/{{ params.p }}", "headers": { "Accept": "{{ params.a }}" }, "query": { "n": 5 }, "body": [1],
          "expect_status": [200, "{{ params.ok }}"] }
        """)]
    [InlineData("http_request", """{ "url": "http://x.test", "expect_status": null, "body": null, "headers": null }""")]
    [InlineData("transform", """{ "fields": "{{ params.all }}" }""")]
    [InlineData("transform", """{ "fields": { "a": ["{{ params.all }}", { "b": 1 }] }, "template": null }""")]
    [InlineData("condition", """{ "if": true }""")]
    [InlineData("condition", """{ "if": "params.score > 0.5 and params.lang == \"en\"" }""")]
    [InlineData("switch", """{ "value": "{{ params.v }}", "cases": ["a b", "c"] }""")]
    [InlineData("delay", """{ "seconds": 0 }""")]
    [InlineData("delay", """{ "seconds": "{{ params.s }}" }""")]
    [InlineData("delay", """{ "until": "{{ params.at }}", "seconds": null }""")]
    [InlineData("output", """{ "value": null }""")]
    public void Settings_that_are_right_are_taken(string type, string data) =>
        ReadValid($$"""{ "id": "n", "type": "{{type}}", "data": {{data}} }""");
}
