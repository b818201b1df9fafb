using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Trace;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Local.Hosting;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Telemetry;

namespace WorkflowFunctions.Tests.Hostile;

/// <summary>
/// Plants secrets wherever the server gets them, lets workflows use them and fail with them, and looks for them everywhere.
/// </summary>
public class SecretLeakTests(PostgresFixture postgres)
{
    private const string Shared = "planted-shared-3f9a/+";
    private const string Own = "9xQz-planted-own-77b1";
    private const string Long = "w8Xv-planted-long-0123456789abcdefghijklmnopqrstuvwxyz-0123456789abcdefghijklmnopqrstuvwxyz";
    private const string ModelKey = "planted-model-key-51cc";

    [Fact]
    public async Task No_planted_secret_is_found_in_the_record_the_log_the_answers_or_the_description()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var service = await TalkativeService.StartAsync();
        using var log = new Log();
        using var spans = new Spans();
        using var figures = new Figures();
        using var exported = new Exported();
        await using var notifications = await Notifications.ListenAsync(database);
        var address = service.Urls.Single();
        var seen = new ConcurrentBag<string>();
        await using var server = await ApiServer.StartAsync(
            database.ConnectionString,
            services =>
                services
                    .AddLocalEngine()
                    .AddNodeType<ThrowingNode>()
                    .AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace))
                    .AddOpenTelemetry()
                    .WithTracing(tracing => tracing.AddWorkflowSpans().AddProcessor(exported)),
            ("Access:Required", "true"),
            ("Http:AllowPrivateAddresses", "true"),
            ("Secrets:shared", Shared),
            ("WorkspaceSecrets:default:own", Own),
            ("Secrets:long", Long),
            ("Models:Endpoints:main:BaseUrl", address + "/v1"),
            ("Models:Endpoints:main:ApiKey", ModelKey),
            ("Models:Endpoints:main:Models:planted:Kind", "copy"),
            ("Models:Endpoints:other:BaseUrl", address + "/v2"), ("Models:Endpoints:other:ApiKey", ModelKey),
            ("Models:Endpoints:other:Models:echo:Kind", "copy"));
        var key = await Access.SecuredApi.KeyAsync(server, "admin");
        using var client = server.ClientWith(key);

        string[] states =
        [
            await RunAsync(client, seen, address + "/echo", "{{ secrets.shared }}"),
            await RunAsync(client, seen, address + "/encoded", "{{ secrets.shared }}"),
            await RunAsync(client, seen, address + "/encoded", "x{{ secrets.own }}y"),
            await RunAsync(client, seen, address + "/fail", "{{ secrets.own }}"),
            await RunAsync(client, seen, address + "/hang-up", "{{ secrets.own }}"),
            await RunAsync(client, seen, "http://no-such-host.invalid/{{ secrets.own }}", "{{ secrets.shared }}"),
            await RunAsync(client, seen, "not a url {{ secrets.own }}", "x"),
            await RunAsync(client, seen, address + "/echo", "bad\r\nheader: {{ secrets.shared }}"),
            await RunNodeAsync(
                client, seen, "transform", new { fields = new { a = "{{ secrets.own }}", b = "{{ secrets.shared | append: '!' }}" } }),
            await RunNodeAsync(client, seen, "fail", new { message = "It is {{ secrets.own }}" }),
            await RunNodeAsync(
                client, seen, "generate_copy", new { prompt = "Write", model = "planted", retry = new { max_attempts = 1 } }),
            await RunNodeAsync(
                client, seen, "generate_copy",
                new { prompt = "Say {{ secrets.own }}", model = "echo", save_document = new { title = "{{ secrets.own }}" } }),
            await RunNodeAsync(
                client, seen, "generate_copy",
                new { prompt = "Fail with {{ secrets.own }}", model = "echo", retry = new { max_attempts = 1 } }),
            await RunNodeAsync(
                client, seen, "generate_copy",
                new { prompt = "Say {{ secrets.own }}", model = "{{ secrets.long }}", retry = new { max_attempts = 1 } }),
            await RunNodeAsync(client, seen, "generate_image", new { prompt = "{{ secrets.own }} {{ secrets.long }}" }),
            await RunNodeAsync(client, seen, "http_request", new { url = address + "/echo", method = "{{ secrets.long }}" }),
            await RunNodeAsync(client, seen, "switch", new { value = "{{ secrets.own }}", cases = new[] { "a" } }),
            await RunNodeAsync(
                client, seen, "attach_images", new { document_id = "{{ secrets.own }}", image_ids = new[] { "{{ secrets.long }}" } }),
            await RunNodeAsync(
                client, seen, "throwing",
                new { text = "{{ secrets.own }}", on_error = "continue", retry = new { max_attempts = 2, delay_seconds = 0 } }),
            await RunAsync(client, seen, address + "/over-and-over/0", "x"),
            await RunAsync(client, seen, address + "/over-and-over/7", "x"),
            await RunAsync(client, seen, address + "/over-and-over/13", "x"),
        ];
        var hook = await client.PostAsync("/api/hooks", new { template_id = await client.SaveAsync(TestWorkflows.Greeting()) });
        await client.PostAsync(hook["url"].GetString()!, new { });
        await client.PostJsonAsync(hook["url"].GetString()!, "no JSON");
        await client.PostAsync("/api/session", new { token = key });

        Assert.True(states[0] == "completed", seen.Last());
        Assert.Equal(["completed", "completed"], states[1..3]);
        Assert.Equal(
            ["completed", "failed", "failed", "completed", "failed", "completed", "failed", "completed", "failed", "failed", "failed"],
            states[11..]);
        Assert.Contains("failed", states);
        // A request's span ends a little after its answer.
        while (!exported.Spans.Any(span => span.GetTagItem("url.path") as string == "/api/hooks/{hook}"))
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Contains(exported.Spans, span => span.OperationName == "workflow.attempt http_request");
        string[] plain = [Shared, "planted-shared-3f9a", Own, ModelKey, key, hook["token"].GetString()!];
        // The beginnings are what a cut leaves.
        string[] planted = [.. plain, Long, .. plain.SelectMany(Encoded).Distinct(), .. ((string[])[Own, Long]).SelectMany(Beginnings)];
        foreach (var (place, text) in await EverythingAsync(
                client, database, log, seen, OfServer([.. spans.All, .. exported.Spans.ToArray()], client), figures, notifications))
            Assert.All(planted, secret => Assert.False(text.Contains(secret, StringComparison.Ordinal), $"{place} has '{secret}'"));

        await database.ExecuteAsync("UPDATE workflow_executions SET completed_at = completed_at - interval '2 years'");
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/api/admin/retention")).Status);
        var archives = (await TablesAsync(database)).Where(table => table.Contains("_archive_2", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(archives);
        foreach (var archive in archives)
        {
            var text = await RowsAsync(database, archive);
            Assert.NotEmpty(text);
            Assert.All(
                planted, secret => Assert.False(text.Contains(secret, StringComparison.Ordinal), $"the archive {archive} has '{secret}'"));
        }
    }

    [Theory]
    [InlineData("for_each", """{ "items": ["{{ secrets.own }}"] }""")]
    [InlineData("sub_workflow", """{ "template_id": "t", "params": { "token": "{{ secrets.own }}" } }""")]
    [InlineData("wait_for_signal", """{ "signal": "{{ secrets.own }}" }""")]
    public async Task Where_the_record_keeps_what_a_node_is_given_no_secret_may_be_read(string type, string data)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await ApiServer.StartAsync(
            database.ConnectionString, services => services.AddLocalEngine(), ("Secrets:own", Own));

        var template = await server.Client.PostAsync(
            "/api/templates",
            new { name = "Kept", nodes = new[] { new { id = "n", type, data = JsonElement.Parse(data) } }, edges = Array.Empty<object>() });

        var answer = await server.Client.PostAsync("/api/executions", new { template_id = template.Id });

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("no secret", answer.Json.GetRawText(), StringComparison.Ordinal);
    }

    /// <summary>The first letters of a secret, as it is and encoded: too many of them to be anything else.</summary>
    private static IEnumerable<string> Beginnings(string secret)
    {
        yield return secret[..5];
        yield return Convert.ToHexString(Encoding.UTF8.GetBytes(secret))[..10];
        yield return Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))[..8];
    }

    /// <summary>How others may write a secret.</summary>
    private static IEnumerable<string> Encoded(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        yield return Uri.EscapeDataString(secret);
        yield return WebUtility.UrlEncode(secret);
        yield return WebUtility.HtmlEncode(secret);
        yield return JsonSerializer.Serialize(secret)[1..^1];
        yield return Convert.ToHexString(bytes);
        yield return Convert.ToHexStringLower(bytes);
        // What stands for the secret wherever it begins, without the letters that stand for what is beside it as well.
        for (var before = 0; before < 3; before++)
        {
            var text = Convert.ToBase64String([.. new byte[before], .. bytes]);
            var core = text[(before == 0 ? 0 : before + 1)..((before + bytes.Length) * 8 / 6)];
            yield return core;
            yield return core.Replace('+', '-').Replace('/', '_');
        }
    }

    private static Task<string> RunAsync(ApiClient client, ConcurrentBag<string> seen, string url, string header) =>
        RunNodeAsync(client, seen, "http_request", new
        {
            method = "POST",
            url,
            headers = new Dictionary<string, string> { ["X-Token"] = "Bearer " + header, ["X-Plain"] = "{{ secrets.own }}" },
            query = new { token = "{{ secrets.own }}" },
            body = new { deep = new { secret = "{{ secrets.shared }}" } },
            retry = new { max_attempts = 2, delay_seconds = 0 },
        });

    private static async Task<string> RunNodeAsync(ApiClient client, ConcurrentBag<string> seen, string type, object data)
    {
        var execution = await client.StartAsync(
            await client.SaveAsync(
                new { name = "Secrets", nodes = new[] { new { id = "n", type, data } }, edges = Array.Empty<object>() }));
        var ended = await client.RestAsync(execution);
        seen.Add(ended.Json.GetRawText());
        // Whatever there is to be read of it, also what is added one day.
        foreach (var path in (await client.GetAsync("/openapi/v1.json"))["paths"]
                .EnumerateObject()
                .Where(path =>
                    path.Name.StartsWith("/api/executions/{id}", StringComparison.Ordinal) && path.Value.TryGetProperty("get", out _)))
        {
            seen.Add((await client.GetAsync(path.Name.Replace("{id}", execution, StringComparison.Ordinal))).Json.GetRawText());
        }

        return ended.State;
    }

    private static async Task<IReadOnlyList<(string Place, string Text)>> EverythingAsync(
        ApiClient client, TestDatabase database, Log log, IEnumerable<string> seen, IEnumerable<Activity> spans, Figures figures,
        Notifications notifications)
    {
        var all = new List<(string, string)>
        {
            ("the log", string.Join('\n', log.Lines)),
            ("a span", string.Join('\n', spans.Select(Tell))),
            ("a figure", string.Join('\n', figures.Texts)),
            ("a notification", string.Join('\n', await notifications.ReadAsync())),
            ("an answer", string.Join('\n', seen)),
            ("the description", (await client.GetAsync("/openapi/v1.json")).Json.GetRawText()),
            ("the list of keys", (await client.GetAsync("/api/keys")).Json.GetRawText()),
            ("the list of hooks", (await client.GetAsync("/api/hooks")).Json.GetRawText()),
            ("the list of templates", (await client.GetAsync("/api/templates")).Json.GetRawText()),
            ("the list of executions", (await client.GetAsync("/api/executions?limit=100")).Json.GetRawText()),
            ("health", (await client.GetAsync("/api/health/ready")).Json.GetRawText()),
        };
        Assert.NotEmpty(log.Lines);
        foreach (var table in await TablesAsync(database))
            all.Add(($"the table {table}", await RowsAsync(database, table)));
        // Where nothing was written, nothing could be found.
        Assert.All(
            (string[])
                [
                    "workflow_executions", "agent_jobs", "celery_tasks", "workflow_execution_events", "workflow_checkpoints",
                    "workflow_execution_metrics", "documents", "document_contents",
                ],
            table => Assert.Contains(all, place => place.Item1 == $"the table {table}" && place.Item2.Length > 0));
        return all;
    }

    private static Task<IReadOnlyList<string>> TablesAsync(TestDatabase database) => database.QueryAsync<string>(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition");

    private static async Task<string> RowsAsync(TestDatabase database, string table) =>
        string.Join('\n', await database.QueryAsync<string>($"SELECT row_to_json(t)::text FROM \"{table}\" t"));

    /// <summary>Without the calls of this test, which is in the same process.</summary>
    private static IEnumerable<Activity> OfServer(IEnumerable<Activity> spans, ApiClient client) => spans.Where(span =>
        span.Source.Name != "System.Net.Http" || !Equals(span.GetTagItem("server.port"), client.Http.BaseAddress!.Port));

    /// <summary>All that a span says, as it is and as it was before it was put into an address.</summary>
    private static string Tell(Activity span)
    {
        var tags = span.TagObjects.Concat(span.Events.SelectMany(happened => happened.Tags))
            .Concat(span.Links.SelectMany(link => link.Tags ?? []));
        var text = $"{span.OperationName} {span.DisplayName} {span.StatusDescription} "
            + $"{string.Join(' ', tags.Select(tag => $"{tag.Key}={tag.Value}"))} "
            + $"{string.Join(' ', span.Baggage.Select(item => $"{item.Key}={item.Value}"))} "
            + $"{string.Join(' ', span.Events.Select(happened => happened.Name))}";
        return text + Uri.UnescapeDataString(text);
    }

    /// <summary>What an exporter would get.</summary>
    private sealed class Exported : BaseProcessor<Activity>
    {
        public ConcurrentQueue<Activity> Spans { get; } = [];

        public override void OnEnd(Activity data) => Spans.Enqueue(data);
    }

    /// <summary>What PostgreSQL is told to pass on between processes.</summary>
    private sealed class Notifications : IAsyncDisposable
    {
        private readonly NpgsqlConnection _connection;
        private readonly ConcurrentQueue<string> _payloads = [];

        private Notifications(NpgsqlConnection connection)
        {
            _connection = connection;
            _connection.Notification += (_, notification) => _payloads.Enqueue(notification.Payload);
        }

        public static async Task<Notifications> ListenAsync(TestDatabase database)
        {
            var made = new Notifications(new NpgsqlConnection(database.ConnectionString));
            await made._connection.OpenAsync(TestContext.Current.CancellationToken);
            await made.ExecuteAsync("LISTEN workflow_engine; LISTEN end_of_test");
            return made;
        }

        /// <summary>All that have come. The last of them is the test's own.</summary>
        public async Task<IReadOnlyCollection<string>> ReadAsync()
        {
            await ExecuteAsync("SELECT pg_notify('end_of_test', 'last')");
            Assert.Contains("last", _payloads);
            return _payloads;
        }

        public ValueTask DisposeAsync() => _connection.DisposeAsync();

        private async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, _connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Fails with something that nobody has foreseen, which says what it was given.</summary>
    private sealed class ThrowingNode : NodeType<ThrowingNode.ThrowingSettings>
    {
        public override string Name => "throwing";

        public override string Description => "Throws.";

        protected override Task<NodeResult> RunAsync(ThrowingSettings settings, NodeContext context, CancellationToken cancellationToken) =>
            throw new InvalidOperationException(
                $"{settings.Text} is wrong", new FormatException(Convert.ToHexString(Encoding.UTF8.GetBytes(settings.Text))));

        internal sealed record ThrowingSettings
        {
            public required string Text { get; init; }
        }
    }

    private sealed class Log : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Lines.Enqueue(state.ToString()!);
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
