using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

public partial class DescriptionTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Every_call_is_described_with_its_problems()
    {
        var document = await api.Client.GetAsync("/openapi/v1.json");

        Assert.StartsWith("3.1", document["openapi"].GetString(), StringComparison.Ordinal);
        var operations = document["paths"].EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (Name: $"{operation.Name} {path.Name}", operation.Value)))
            .ToDictionary(operation => operation.Name, operation => operation.Value);
        string[] expected =
        [
            "delete /api/hooks/{hook}", "delete /api/schedules/{id}", "get /api/hooks", "get /api/hooks/{hook}", "get /api/schedules",
            "get /api/schedules/{id}", "post /api/hooks", "post /api/hooks/{hook}", "post /api/schedules", "put /api/hooks/{hook}",
            "put /api/schedules/{id}", "delete /api/templates/{id}", "get /api/documents/{id}/content", "get /api/executions",
            "get /api/executions/{id}", "get /api/executions/{id}/checkpoints", "get /api/executions/{id}/events",
            "get /api/executions/{id}/metrics", "get /api/health/live", "get /api/health/ready", "get /api/node-types",
            "get /api/templates", "get /api/templates/{id}", "post /api/executions", "post /api/executions/{id}/cancel",
            "post /api/executions/{id}/checkpoint", "post /api/executions/{id}/pause", "post /api/executions/{id}/resume",
            "post /api/templates", "post /api/templates/validate", "put /api/templates/{id}",
        ];
        Assert.Empty(expected.Except(operations.Keys));
        Assert.All(operations.Values, operation => Assert.NotEqual("", operation.GetProperty("summary").GetString()));
        foreach (var operation in operations.Where(operation => !operation.Key.EndsWith("/live", StringComparison.Ordinal)))
            Assert.True(
                operation
                    .Value.GetProperty("responses")
                    .GetProperty("503")
                    .GetProperty("content")
                    .TryGetProperty("application/problem+json", out _));
        foreach (var operation in operations.Where(operation =>
                !operation.Key.StartsWith("get", StringComparison.Ordinal) && operation.Value.TryGetProperty("requestBody", out _)))
            Assert.True(operation.Value.GetProperty("responses").TryGetProperty("413", out _));
    }

    [Fact]
    public async Task Addresses_differ_in_more_than_the_names_of_their_parameters()
    {
        var document = await api.Client.GetAsync("/openapi/v1.json");

        var paths = document["paths"].EnumerateObject().Select(path => Parameters().Replace(path.Name, "{}")).ToList();

        // OpenAPI 3.1, "Paths Object": others are identical and invalid.
        Assert.Equal(paths.Distinct(), paths);
    }

    [Fact]
    public async Task Clients_can_be_made_from_it()
    {
        var document = await api.Client.GetAsync("/openapi/v1.json");

        var operations = document["paths"].EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).ToList();
        var ids = operations.Select(operation => operation.Value.GetProperty("operationId").GetString()!).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(ids, id => Assert.Matches("^[a-z]+(_[a-z]+)+$", id));
        Assert.Contains("execution_start", ids);
        // What anyone may call asks for nothing; everything else asks for a key or a token.
        Assert.All(operations, operation => Assert.Equal(
            operation.Value.TryGetProperty("x-required-scope", out _) ? 1 : 0, operation.Value.GetProperty("security").GetArrayLength()));
        Assert.DoesNotContain("JsonElement", document["components"].GetProperty("schemas").EnumerateObject().Select(schema => schema.Name));
        Assert.DoesNotContain("JsonElement", document.Json.GetRawText(), StringComparison.Ordinal);
        Assert.All(document["servers"].EnumerateArray(), server => Assert.False(server.GetProperty("url").GetString()!.EndsWith('/')));
        Assert.All(document["tags"].EnumerateArray(), tag => Assert.NotEqual("", tag.GetProperty("description").GetString()));
        Assert.All(
            operations,
            operation =>
                Assert.Contains(operation.Value.GetProperty("responses").EnumerateObject(), response => response.Name is ['2', _, _]));
        Assert.Equal("MIT", document["info"].GetProperty("license").GetProperty("identifier").GetString());
    }

    [Fact]
    public async Task Every_name_in_the_description_is_in_snake_case()
    {
        var schemas = (await api.Client.GetAsync("/openapi/v1.json"))["components"].GetProperty("schemas");

        var names = schemas.EnumerateObject()
            .Where(schema => schema.Value.TryGetProperty("properties", out _))
            .SelectMany(schema => schema.Value.GetProperty("properties").EnumerateObject().Select(property => property.Name))
            .ToList();

        Assert.Contains("nodes_json", names);
        Assert.All(names, name => Assert.Matches("^[a-z][a-z0-9]*(_[a-z0-9]+)*$", name));
    }

    [Fact]
    public async Task The_page_that_shows_it_needs_no_network()
    {
        var page = await api.Client.Http.GetStringAsync("/scalar/", TestContext.Current.CancellationToken);

        var scripts = Sources().Matches(page).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(scripts);
        Assert.DoesNotContain(scripts, script => script.Contains("//", StringComparison.Ordinal));
        foreach (var script in scripts)
        {
            using var response = await api.Client.Http.GetAsync($"/scalar/{script}", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Node_types_come_with_the_schema_of_their_settings_and_their_handles()
    {
        var types = (await api.Client.GetAsync("/api/node-types")).Json.EnumerateArray()
            .ToDictionary(type => type.GetProperty("name").GetString()!);

        string[] expected =
        [
            "attach_images", "condition", "default", "delay", "fail", "generate_copy", "generate_image", "http_request", "input", "merge",
            "output", "switch", "transform",
        ];
        Assert.Empty(expected.Except(types.Keys));
        Assert.Equal(["true", "false"], types["condition"].GetProperty("branches").EnumerateArray().Select(branch => branch.GetString()!));
        Assert.Empty(types["merge"].GetProperty("branches").EnumerateArray());
        Assert.All(types.Values, type =>
        {
            Assert.NotEqual("", type.GetProperty("description").GetString());
            var settings = type.GetProperty("settings");
            Assert.Equal("object", settings.GetProperty("type").GetString());
            foreach (var policy in (string[])["label", "retry", "timeout_seconds", "on_error", "join"])
                Assert.True(settings.GetProperty("properties").TryGetProperty(policy, out _));
        });
        var prompt = types["generate_copy"].GetProperty("settings");
        Assert.Contains("prompt", prompt.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(JsonValueKind.Object, prompt.GetProperty("properties").GetProperty("prompt").ValueKind);
    }

    [GeneratedRegex("""(?:src|href)="([^"]+)""")]
    private static partial Regex Sources();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameters();
}
