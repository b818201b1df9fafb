using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Trace;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Local.Hosting;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Telemetry;

namespace WorkflowFunctions.Tests.Hostile;

/// <summary>Plants secrets wherever the server gets them, lets workflows use them and fail with them, and looks for them everywhere.</summary>
public class SecretLeakTests(PostgresFixture postgres)
{
    private const string Shared = "planted-shared-3f9a/+";
    private const string Own = "planted-own-77b1";
    private const string ModelKey = "planted-model-key-51cc";

    [Fact]
    public async Task No_planted_secret_is_found_in_the_record_the_log_the_answers_or_the_description()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var service = await StartServiceAsync();
        using var log = new Log();
        using var spans = new Spans();
        using var figures = new Figures();
        using var exported = new Exported();
        await using var notifications = await Notifications.ListenAsync(database);
        var address = service.Urls.Single();
        var seen = new ConcurrentBag<string>();
        await using var server = await ApiServer.StartAsync(
            database.ConnectionString,
            services => services.AddLocalEngine().AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace))
                .AddOpenTelemetry().WithTracing(tracing => tracing.AddWorkflowSpans().AddProcessor(exported)),
            ("Access:Required", "true"), ("Http:AllowPrivateAddresses", "true"),
            ("Secrets:shared", Shared), ("WorkspaceSecrets:default:own", Own),
            ("Models:Endpoints:main:BaseUrl", address + "/v1"), ("Models:Endpoints:main:ApiKey", ModelKey),
            ("Models:Endpoints:main:Models:planted:Kind", "copy"));
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
            await RunNodeAsync(client, seen, new { id = "n", type = "transform", data = new { fields = new { a = "{{ secrets.own }}", b = "{{ secrets.shared | append: '!' }}" } } }),
            await RunNodeAsync(client, seen, new { id = "n", type = "fail", data = new { message = "It is {{ secrets.own }}" } }),
            await RunNodeAsync(client, seen, new { id = "n", type = "generate_copy", data = new { prompt = "Write", model = "planted", retry = new { max_attempts = 1 } } }),
        ];
        var hook = await client.PostAsync("/api/hooks", new { template_id = await client.SaveAsync(Workflows.Greeting()) });
        await client.PostAsync(hook["url"].GetString()!, new { });
        await client.PostAsync("/api/session", new { token = key });

        Assert.True(states[0] == "completed", seen.Last());
        Assert.Equal(["completed", "completed"], states[1..3]);
        Assert.Contains("failed", states);
        // A request's span ends a little after its answer.
        while (!exported.Spans.Any(span => span.GetTagItem("url.path") as string == "/api/hooks/{hook}"))
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Contains(exported.Spans, span => span.OperationName == "workflow.attempt http_request");
        string[] plain = [Shared, "planted-shared-3f9a", Own, ModelKey, key, hook["token"].GetString()!];
        string[] planted = [.. plain, .. plain.SelectMany(Encoded).Distinct()];
        foreach (var (place, text) in await EverythingAsync(client, database, log, seen, OfServer([.. spans.All, .. exported.Spans], client), figures, notifications))
            Assert.All(planted, secret => Assert.False(text.Contains(secret, StringComparison.Ordinal), $"{place} has '{secret}'"));
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

    private static Task<string> RunAsync(ApiClient client, ConcurrentBag<string> seen, string url, string header) => RunNodeAsync(client, seen, new
    {
        id = "n",
        type = "http_request",
        data = new
        {
            method = "POST",
            url,
            headers = new Dictionary<string, string> { ["X-Token"] = "Bearer " + header, ["X-Plain"] = "{{ secrets.own }}" },
            query = new { token = "{{ secrets.own }}" },
            body = new { deep = new { secret = "{{ secrets.shared }}" } },
            retry = new { max_attempts = 2, delay_seconds = 0 },
        },
    });

    private static async Task<string> RunNodeAsync(ApiClient client, ConcurrentBag<string> seen, object node)
    {
        var execution = await client.StartAsync(await client.SaveAsync(new { name = "Secrets", nodes = new[] { node }, edges = Array.Empty<object>() }));
        var ended = await client.RestAsync(execution);
        seen.Add(ended.Json.GetRawText());
        foreach (var part in (string[])["events", "checkpoints", "metrics", "progress", "state", "usage", "template"])
            seen.Add((await client.GetAsync($"/api/executions/{execution}/{part}")).Json.GetRawText());
        return ended.State;
    }

    private static async Task<IReadOnlyList<(string Place, string Text)>> EverythingAsync(
        ApiClient client, TestDatabase database, Log log, IEnumerable<string> seen, IEnumerable<Activity> spans, Figures figures, Notifications notifications)
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
            ("health", (await client.GetAsync("/api/health/ready")).Json.GetRawText()),
        };
        var tables = await database.QueryAsync<string>("SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'");
        Assert.Contains("agent_jobs", tables);
        Assert.NotEmpty(log.Lines);
        foreach (var table in tables)
            all.Add(($"the table {table}", string.Join('\n', await database.QueryAsync<string>($"SELECT row_to_json(t)::text FROM \"{table}\" t"))));
        return all;
    }

    /// <summary>Without the calls of this test, which is in the same process.</summary>
    private static IEnumerable<Activity> OfServer(IEnumerable<Activity> spans, ApiClient client) => spans.Where(span =>
        span.Source.Name != "System.Net.Http" || !Equals(span.GetTagItem("server.port"), client.Http.BaseAddress!.Port));

    /// <summary>All that a span says, as it is and as it was before it was put into an address.</summary>
    private static string Tell(Activity span)
    {
        var tags = span.TagObjects.Concat(span.Events.SelectMany(happened => happened.Tags)).Concat(span.Links.SelectMany(link => link.Tags ?? []));
        var text = $"{span.OperationName} {span.DisplayName} {span.StatusDescription} {string.Join(' ', tags.Select(tag => $"{tag.Key}={tag.Value}"))} "
            + $"{string.Join(' ', span.Baggage.Select(item => $"{item.Key}={item.Value}"))} {string.Join(' ', span.Events.Select(happened => happened.Name))}";
        return text + Uri.UnescapeDataString(text);
    }

    private static async Task<WebApplication> StartServiceAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/echo", EchoAsync);
        app.MapPost("/encoded", (HttpContext context) => context.Request.Headers.Select(header => header.Value.ToString()).SelectMany(value => Encodings(value)));
        app.MapPost("/fail", async (HttpContext context) =>
        {
            context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            await EchoAsync(context);
        });
        app.MapPost("/hang-up", (HttpContext context) => context.Abort());
        app.MapPost("/v1/chat/completions", (HttpContext context) =>
            Results.Json(new { error = new { message = $"Incorrect API key provided: {context.Request.Headers.Authorization}" } }, statusCode: (int)HttpStatusCode.Unauthorized));
        await app.StartAsync();
        return app;
    }

    private static IEnumerable<string> Encodings(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        return
        [
            Uri.EscapeDataString(value), Uri.EscapeDataString(Uri.EscapeDataString(value)), WebUtility.UrlEncode(value), WebUtility.HtmlEncode(value),
            string.Concat(value.Select(letter => $"&#x{(int)letter:x};")), string.Concat(bytes.Select(unit => $"%{unit:x2}")), string.Concat(value.Select(letter => $"\\u{(int)letter:X4}")),
            JsonSerializer.Serialize(value), JsonSerializer.Serialize(JsonSerializer.Serialize(value)), Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes),
            Convert.ToBase64String(bytes), Convert.ToBase64String([.. "user:"u8, .. bytes]), System.Buffers.Text.Base64Url.EncodeToString(bytes),
            JsonSerializer.Serialize(Convert.ToBase64String(bytes)),
        ];
    }

    /// <summary>Says everything that it was sent.</summary>
    private static async Task EchoAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        await context.Response.WriteAsJsonAsync(new
        {
            headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()),
            query = Uri.UnescapeDataString(context.Request.QueryString.ToString()),
            body,
        });
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

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
