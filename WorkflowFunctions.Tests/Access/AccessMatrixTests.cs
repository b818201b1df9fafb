using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Tests.Conformance;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Access;

/// <summary>Every operation of the OpenAPI document with every kind of caller. A new endpoint is in it without being added here.</summary>
public class AccessMatrixTests(PostgresFixture postgres, SecuredApi api) : IClassFixture<SecuredApi>
{
    private const string Unknown = "no-such-thing";

    /// <summary>The only operations that nobody has to say who they are for.</summary>
    private static readonly string[] s_open =
    [
        "get /api/health/live", "get /api/health/ready", "post /api/session", "delete /api/session", "post /api/hooks/{hook}",
        "get /api/answers/{token}", "post /api/answers/{token}", "get /api/answers/{token}/documents/{document}/content",
    ];

    [Fact]
    public async Task Without_a_key_only_health_the_login_and_tokens_in_addresses_are_served()
    {
        foreach (var operation in await OperationsAsync())
        {
            var answer = await CallAsync(api.Server.Client, operation, _ => Unknown);

            if (s_open.Contains(operation.Name))
                Assert.NotEqual("Bearer", answer.Headers.WwwAuthenticate.ToString());
            else
                Assert.Equal(
                    (operation.Name, HttpStatusCode.Unauthorized, "Bearer"),
                    (operation.Name, answer.Status, answer.Headers.WwwAuthenticate.ToString()));
        }
    }

    [Theory]
    [InlineData("wfk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("not a key")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEiLCJyb2xlcyI6WyJ3b3JrZmxvdy5hZG1pbiJdfQ.")]
    public async Task A_key_that_is_not_known_is_no_key(string key)
    {
        using var client = api.Server.ClientWith(key);

        foreach (var operation in (await OperationsAsync()).Where(operation => !s_open.Contains(operation.Name)))
            Assert.Equal(
                (operation.Name, HttpStatusCode.Unauthorized), (operation.Name, (await CallAsync(client, operation, _ => Unknown)).Status));
    }

    [Theory]
    [InlineData("work")]
    [InlineData("read")]
    [InlineData("run")]
    [InlineData("admin")]
    public async Task A_key_does_what_its_scope_allows_and_no_more(string scope)
    {
        using var client = await api.ClientAsync(scope, SecuredApi.Acme);
        using var owner = await api.ClientAsync("admin", SecuredApi.Acme);

        Things? things = null;
        foreach (var operation in (await OperationsAsync()).Where(operation => !s_open.Contains(operation.Name)))
        {
            // What reads leaves them as they are.
            things = operation.Method == "get" && things is not null
                ? things
                : await Things.MakeAsync(owner, SecuredApi.Acme, api.Database);
            var answer = await CallAsync(client, operation, things.IdFor);

            var isAllowed = Allows(scope, operation);
            Assert.True(
                isAllowed == answer.Status is not HttpStatusCode.Forbidden, $"{scope} key: {operation.Name} answers {answer.Status}");
            Assert.True((int)answer.Status < 500, $"{operation.Name} answers {answer.Status}");
            if (isAllowed && operation.Path.Contains('{', StringComparison.Ordinal))
                Assert.NotEqual((operation.Name, HttpStatusCode.NotFound), (operation.Name, answer.Status));
        }
    }

    [Fact]
    public async Task To_the_key_of_another_workspace_things_are_as_if_they_were_not_there()
    {
        using var owner = await api.ClientAsync("admin", SecuredApi.Acme);
        using var other = await api.ClientAsync("admin", SecuredApi.Globex);
        var things = await Things.MakeAsync(owner, SecuredApi.Acme, api.Database);
        var before = await things.StateAsync(owner);

        foreach (var operation in (await OperationsAsync()).Where(operation => !s_open.Contains(operation.Name)))
        {
            var answer = await CallAsync(other, operation, things.IdFor);
            if (!operation.Path.Contains('{', StringComparison.Ordinal))
            {
                // Lists, and what is new.
                Assert.DoesNotContain(things.All, id => Text(answer).Contains(id, StringComparison.Ordinal));
                continue;
            }

            var unknown = await CallAsync(
                other, operation, name => name is "name" or "node" or "version" ? things.IdFor(operation, name) : Unknown);
            Assert.Equal((operation.Name, HttpStatusCode.NotFound), (operation.Name, answer.Status));
            Assert.Equal(Text(unknown), Text(answer, things.All));
        }

        Assert.Equal(before, await things.StateAsync(owner));
    }

    [Fact]
    public async Task Even_without_the_check_of_the_application_the_database_gives_away_and_changes_nothing_of_another_workspace()
    {
        await using var database = await SecuredApi.CreateDatabaseAsync(postgres);
        await using var server = await ApiServer.StartAsync(
            database.ConnectionString,
            services => services.AddLocalEngine().RemoveAll<IAuthorizationHandler>().AddSingleton<IAuthorizationHandler, Lenient>(),
            ("Access:Required", "true"), ("Access:RequestsPerMinute", "0"), ("Access:RowSecurity", "Required"));
        using var owner = await SecuredApi.ClientAsync(server, "admin", SecuredApi.Acme);
        using var other = await SecuredApi.ClientAsync(server, "admin", SecuredApi.Globex);
        var things = await Things.MakeAsync(owner, SecuredApi.Acme, database);
        var before = await things.StateAsync(owner);

        foreach (var operation in (await OperationsAsync()).Where(operation =>
                operation.Path.Contains('{', StringComparison.Ordinal) && !s_open.Contains(operation.Name)))
        {
            var answer = await CallAsync(other, operation, things.IdFor);

            Assert.True(
                (int)answer.Status is >= 400 and < 500 || !things.All.Any(id => Text(answer).Contains(id, StringComparison.Ordinal)),
                $"{operation.Name} answers {answer.Status}: {Text(answer)}");
            Assert.True((int)answer.Status < 500, $"{operation.Name} answers {answer.Status}: {Text(answer)}");
        }

        Assert.Equal(before, await things.StateAsync(owner));
        Assert.Equal([SecuredApi.Acme], await database.QueryAsync<string>("SELECT DISTINCT workspace_id FROM workflow_executions"));
    }

    [Theory]
    [InlineData("template_id")]
    [InlineData("workspace_id")]
    [InlineData("on_failure")]
    public async Task Nor_can_a_body_name_what_is_in_another_workspace(string member)
    {
        using var owner = await api.ClientAsync("admin", SecuredApi.Acme);
        using var other = await api.ClientAsync("admin", SecuredApi.Globex);
        var things = await Things.MakeAsync(owner, SecuredApi.Acme, api.Database);
        var own = await Things.MakeAsync(other, SecuredApi.Globex, api.Database);
        var forbidden = member == "workspace_id" ? SecuredApi.Acme : things.TemplateId;
        var takers = (await OperationsAsync()).Where(operation => operation.Members.Contains(member)).ToList();

        Assert.NotEmpty(takers);
        foreach (var operation in takers)
        {
            object BodyWith(string id) => new Dictionary<string, object>
            {
                ["name"] = "Named",
                ["nodes"] = Array.Empty<object>(),
                ["cron"] = "0 7 * * *",
                ["template_id"] = own.TemplateId,
                ["url"] = "https://example.com",
                [member] = id,
            };
            var answer = await CallAsync(other, operation, own.IdFor, BodyWith(forbidden));
            var unknown = await CallAsync(other, operation, own.IdFor, BodyWith(Unknown));

            Assert.Equal((operation.Name, HttpStatusCode.BadRequest), (operation.Name, answer.Status));
            Assert.Contains($"/{member}", answer.Pointers);
            Assert.Equal(Text(unknown), Text(answer, [forbidden]));
        }
    }

    private static bool Allows(string scope, Operation operation) =>
        operation switch
        {
            { Path: var path } when path.StartsWith("/api/admin/", StringComparison.Ordinal) => false,
            // A worker does tasks, and that is all that it may do.
            { Method: "post", Path: var path } when path.StartsWith("/api/workers/", StringComparison.Ordinal) => scope is "run" or "admin"
                || (scope == "work" && !path.EndsWith("/release", StringComparison.Ordinal)),
            _ when scope == "work" => false,
            { Path: "/api/templates/file" } => scope == "admin",
            { Path: var path } when path.StartsWith("/api/keys", StringComparison.Ordinal) => scope == "admin",
            { Method: "get" } or { Path: "/api/templates/validate" or "/api/batches/check" } => true,
            { Path: var path }
                when path.StartsWith("/api/executions", StringComparison.Ordinal)
                    || path.StartsWith("/api/batches", StringComparison.Ordinal) => scope is "run" or "admin",
            { Path: "/api/tasks/{id}/answer" } => scope is "run" or "admin",
            _ => scope == "admin",
        };

    private async Task<IReadOnlyList<Operation>> OperationsAsync()
    {
        var document = await api.Server.Client.GetAsync("/openapi/v1.json");
        return
        [
            .. from path in document["paths"].EnumerateObject()
               from operation in path.Value.EnumerateObject()
               where operation.Name is "get" or "post" or "put" or "delete" or "patch"
               orderby operation.Name == "delete"
               select new Operation(operation.Name, path.Name, MembersOf(document.Json, operation.Value)),
        ];
    }

    private static IReadOnlyList<string> MembersOf(JsonElement document, JsonElement operation)
    {
        if (!operation.TryGetProperty("requestBody", out var body)
            || !body.GetProperty("content").GetProperty("application/json").TryGetProperty("schema", out var schema)
            || !schema.TryGetProperty("$ref", out var reference))
        {
            return [];
        }

        return document
            .GetProperty("components")
            .GetProperty("schemas")
            .GetProperty(reference.GetString()!.Split('/')[^1])
            .TryGetProperty("properties", out var members)
            ? [.. members.EnumerateObject().Select(member => member.Name)]
            : [];
    }

    private static Task<ApiAnswer> CallAsync(ApiClient client, Operation operation, Func<string, string> idFor) =>
        CallAsync(client, operation, (_, name) => idFor(name));

    private static Task<ApiAnswer> CallAsync(
        ApiClient client, Operation operation, Func<Operation, string, string> idFor, object? body = null)
    {
        var path = string.Join(
            '/',
            operation.Path.Split('/').Select(part => part is ['{', .., '}'] ? Uri.EscapeDataString(idFor(operation, part[1..^1])) : part));
        return client.CallAsync(
            HttpMethod.Parse(operation.Method), path, operation.Method is "post" or "put" ? JsonContent.Create(body ?? new { }) : null, []);
    }

    /// <summary>A body, with ids replaced by the one that does not exist.</summary>
    private static string Text(ApiAnswer answer, params IReadOnlyList<string> ids)
    {
        var text = answer.Json.ValueKind == JsonValueKind.Undefined ? "" : answer.Json.GetRawText();
        return ids.Aggregate(text, (all, id) => all.Replace(id, Unknown, StringComparison.Ordinal));
    }

    /// <summary>Lets every caller do everything.</summary>
    private sealed class Lenient : IAuthorizationHandler
    {
        public Task HandleAsync(AuthorizationHandlerContext context)
        {
            foreach (var requirement in context.PendingRequirements.ToList())
                context.Succeed(requirement);
            return Task.CompletedTask;
        }
    }

    private sealed record Operation(string Method, string Path, IReadOnlyList<string> Members)
    {
        public string Name => $"{Method} {Path}";
    }

    /// <summary>One of everything, in a workspace.</summary>
    private sealed record Things(
        string TemplateId, string ExecutionId, string ScheduleId, string HookId, string KeyId, string DocumentId, string TaskId)
    {
        public required string AskedId { get; init; }

        public required string LinkId { get; init; }

        public required string SubscriptionId { get; init; }

        public required string BatchId { get; init; }

        public required string DeliveryId { get; init; }

        /// <summary>What is in the template; the same graph has the same anywhere.</summary>
        public required string Version { get; init; }

        public IReadOnlyList<string> All =>
            [TaskId, AskedId, TemplateId, ExecutionId, ScheduleId, HookId, KeyId, DocumentId, LinkId, SubscriptionId, DeliveryId, BatchId];

        public static async Task<Things> MakeAsync(ApiClient owner, string workspaceId, TestDatabase database)
        {
            var template = await owner.SaveAsync(TestWorkflows.Asking());
            var free = await owner.SaveAsync(TestWorkflows.Waiting());
            var schedule = await owner.PostAsync("/api/schedules", new { template_id = template, cron = "0 0 1 1 *" });
            var hook = await owner.PostAsync("/api/hooks", new { template_id = template });
            var key = await owner.PostAsync("/api/keys", new { name = "made", workspaces = new[] { workspaceId } });
            var document = $"doc-{Guid.NewGuid():N}";
            await database.ExecuteAsync("INSERT INTO documents (id, workspace_id, title) VALUES ($1, $2, 'Plan')", document, workspaceId);
            await database.ExecuteAsync(
                "INSERT INTO document_contents (document_id, media_type, content) VALUES ($1, 'application/json', '{}')", document);
            var subscription = await owner.PostAsync("/api/subscriptions", new { template_id = template, url = "http://127.0.0.1:9/" });
            var execution = await owner.StartAsync(template);
            await owner.UntilAsync(execution, "ask", "waiting");
            var working = await owner.StartAsync(await owner.SaveAsync(TestWorkflows.Working()));
            await owner.UntilAsync(working, "work", "waiting");
            var link = await owner.PostAsync($"/api/tasks/{execution}:ask/links", new { answers_as = "ada" });
            var batch = await owner.SendRowsAsync(template, "text/csv", "topic\ntea\n", "max_cost_usd=0");
            return new Things(free, execution, schedule.Id, hook.Id, key.Id, document, $"{working}:work")
            {
                AskedId = $"{execution}:ask",
                LinkId = link.Id,
                SubscriptionId = subscription.Id,
                BatchId = batch.Id,
                DeliveryId = (
                    await database.QueryAsync<string>(
                        "SELECT 'msg-' || min(id) FROM workflow_deliveries WHERE execution_id = $1", execution)).Single(),
                Version = (
                    await database.QueryAsync<string>("SELECT version::text FROM workflow_template_saves WHERE template_id = $1", free)
                ).Single(),
            };
        }

        public string IdFor(Operation operation, string name) => operation.Path.Split('/')[2] switch
        {
            _ when name == "name" => "go",
            _ when name == "node" => "start",
            _ when name == "link" => LinkId,
            _ when name == "version" => Version,
            "tasks" => AskedId,
            "subscriptions" => SubscriptionId,
            "batches" => BatchId,
            "deliveries" => DeliveryId,
            "templates" => TemplateId,
            "executions" => ExecutionId,
            "schedules" => ScheduleId,
            "hooks" => HookId,
            "keys" => KeyId,
            "documents" => DocumentId,
            "workers" => TaskId,
            var other => throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"There is no id for '{other}' of {operation.Name}: say what it touches.")),
        };

        /// <summary>What others could have changed.</summary>
        public async Task<string> StateAsync(ApiClient owner) => string.Join('\n',
            Text(await owner.GetAsync($"/api/templates/{TemplateId}")),
            (await owner.GetAsync($"/api/executions/{ExecutionId}")).State is "pending" or "running",
            (await owner.GetAsync($"/api/executions/{ExecutionId}/events")).Json.GetRawText().Contains("paused", StringComparison.Ordinal),
            Text(await owner.GetAsync($"/api/schedules/{ScheduleId}")),
            Text(await owner.GetAsync($"/api/hooks/{HookId}")),
            Text(await owner.GetAsync($"/api/executions/{TaskId.Split(':')[0]}")),
            Text(await owner.GetAsync($"/api/tasks/{AskedId}")),
            Text(await owner.GetAsync($"/api/subscriptions/{SubscriptionId}")),
            (await owner.GetAsync($"/api/batches/{BatchId}"))["rows_total"].GetInt32(),
            (await owner.GetAsync($"/api/batches/{BatchId}")).State is "paused" or "running",
            Text(await owner.GetAsync($"/api/tasks/{AskedId}/links")),
            Text(await owner.GetAsync("/api/keys")).Split(KeyId)[1].Split("revoked_at")[1].Split('}')[0]);
    }
}
