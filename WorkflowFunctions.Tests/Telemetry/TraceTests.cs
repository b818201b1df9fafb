using System.Diagnostics;
using WorkflowFunctions.Engine.Steps;
using WorkflowFunctions.Telemetry;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Engine;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Models;

namespace WorkflowFunctions.Tests.Telemetry;

/// <summary>What an operator sees of an execution in traces.</summary>
public class TraceTests(PostgresFixture postgres)
{
    private const string Prompt = "Praise the harbour at dawn";

    [Fact]
    public async Task An_execution_is_one_trace_over_a_restart_from_its_runs_down_to_the_calls_of_its_attempts()
    {
        using var spans = new Spans();
        await using var database = await postgres.CreateDatabaseAsync();
        await using var service = await EffectCounter.StartAsync();
        await using var models = await OpenAiWireServer.StartAsync(TestContext.Current.CancellationToken);
        var settings = new Dictionary<string, string?>
        {
            ["Models:Endpoints:wire:BaseUrl"] = models.BaseUrl.ToString(),
            ["Models:Endpoints:wire:Models:wire-copy:Kind"] = "copy",
        };
        string execution;
        await using (var first = await LocalServer.StartAsync(database, settings))
        {
            execution = await first.Client.StartAsync(await first.Client.SaveAsync(Workflow(service.Address)));
            await first.Client.UntilAsync(execution, "ask", "waiting");
        }

        await using (var second = await LocalServer.StartAsync(database, settings))
        {
            await second.Client.PostAsync($"/api/executions/{execution}/signals/ask", new { decision = "approved" });
            Assert.Equal("completed", (await second.Client.RestAsync(execution)).State);
        }

        var trace = await spans.UntilRunsAsync(execution, runs: 2);
        var runs = trace.Where(span => span.OperationName == "workflow.execution").ToList();
        Assert.All(runs, run => Assert.Equal(default, run.ParentSpanId));
        var start = Assert.Single(runs[0].Links).Context;
        Assert.Contains(
            spans.All, span => span.Source.Name == "Microsoft.AspNetCore" && span.SpanId == start.SpanId && span.TraceId == start.TraceId);
        foreach (var (earlier, later) in runs.Zip(runs.Skip(1)))
            Assert.Equal(earlier.SpanId, Assert.Single(later.Links).Context.SpanId);
        Assert.Equal("completed", runs[^1].GetTagItem("workflow.outcome"));

        var attempts = trace.Where(span => span.OperationName.StartsWith("workflow.attempt ", StringComparison.Ordinal)).ToList();
        Assert.All(attempts, attempt =>
        {
            Assert.StartsWith("workflow.node ", attempt.Parent!.OperationName, StringComparison.Ordinal);
            Assert.Contains(attempt.Parent.ParentSpanId, runs.Select(run => run.SpanId));
            Assert.Equal(1, attempt.GetTagItem("workflow.attempt"));
        });
        Assert.Equal(
            [
                "approval completed", "approval waiting", "generate_copy completed", "generate_image completed", "http_request completed",
                "output completed",
            ],
            attempts
                .Select(attempt => $"{attempt.OperationName.Split(' ')[1]} {attempt.GetTagItem("workflow.outcome")}")
                .Order(StringComparer.Ordinal));

        var call = Below(trace, attempts, "http_request")
            .Single(span => span.Kind == ActivityKind.Client && span.Source.Name == WorkflowTelemetry.SourceName);
        Assert.Equal("POST", call.GetTagItem("http.request.method"));
        Assert.Equal(200, call.GetTagItem("http.response.status_code"));
        Assert.Equal(new Uri(service.Address).Port, call.GetTagItem("server.port"));

        var chat = Below(trace, attempts, "generate_copy").Single(span => span.Source.Name == WorkflowTelemetry.ModelSourceName);
        Assert.Equal("chat", chat.GetTagItem("gen_ai.operation.name"));
        Assert.Equal("wire-copy", chat.GetTagItem("gen_ai.request.model"));
        Assert.NotNull(chat.GetTagItem("gen_ai.usage.input_tokens"));
        Assert.Contains(
            Below(trace, attempts, "generate_copy"), span => span.Source.Name == "System.Net.Http" && span.ParentSpanId == chat.SpanId);

        var sql = Below(trace, attempts, "generate_image").First(span => span.Source.Name == "Npgsql");
        Assert.Equal("postgresql", sql.GetTagItem("db.system.name") ?? sql.GetTagItem("db.system"));
        Assert.All(
            trace,
            span =>
                Assert.DoesNotContain(span.TagObjects, tag => tag.Value is string text && text.Contains(Prompt, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_is_asked_of_the_database_for_many_requests_at_once_belongs_to_each_of_them()
    {
        using var spans = new Spans();
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database);
        var execution = await server.Client.StartAsync(await server.Client.SaveAsync(TestWorkflows.Greeting()));
        var traces = Enumerable.Range(0, 50).Select(_ => ActivityTraceId.CreateRandom()).ToList();

        await Task.WhenAll(traces.Select(trace =>
            server.Client.GetAsync($"/api/executions/{execution}", ("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01"))));

        // Each of them has, or is linked from, a span that has a command of PostgreSQL.
        bool HasCommand(ActivityTraceId trace) => spans.All.Any(batch => batch.OperationName == "workflow.find"
            && (batch.TraceId == trace || batch.Links.Any(link => link.Context.TraceId == trace))
            && spans.All.Any(command => command.Source.Name == "Npgsql" && command.ParentSpanId == batch.SpanId));
        // A span ends a little after the answer.
        while (!traces.All(HasCommand))
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.All(
            spans.All.Where(span => span.OperationName == "workflow.find" && span.Links.Any()),
            batch => Assert.Equal(batch.Links.Count(), batch.GetTagItem("workflow.batch.size")));
    }

    [Fact]
    public async Task An_attempt_that_fails_says_why_and_the_next_one_is_counted()
    {
        using var spans = new Spans();
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database, configure: services => services.AddNodeType<FlakyNode>());
        var execution = await server.Client.StartAsync(
            await server.Client.SaveAsync(
                new
                {
                    name = "Flaky",
                    nodes = new[]
                    {
                        new { id = "a", type = "flaky", data = new { failures = 5, retry = new { max_attempts = 2, delay_seconds = 0 } } },
                    },
                    edges = Array.Empty<object>(),
                }));
        Assert.Equal("failed", (await server.Client.RestAsync(execution)).State);

        var trace = await spans.UntilRunsAsync(execution, runs: 1);
        Assert.Equal(
            [(1, "retrying", "Attempt 1 fell over."), (2, "failed", "Attempt 2 fell over.")],
            trace
                .Where(span => span.OperationName == "workflow.attempt flaky")
                .Select(span =>
                    ((int)span.GetTagItem("workflow.attempt")!, (string)span.GetTagItem("workflow.outcome")!, span.StatusDescription!)));
        var run = trace.Single(span => span.OperationName == "workflow.execution");
        Assert.Equal((ActivityStatusCode.Error, "failed"), (run.Status, run.GetTagItem("workflow.outcome")));
    }

    [Fact]
    public async Task An_execution_that_another_one_starts_is_linked_to_the_attempt_that_started_it()
    {
        using var spans = new Spans();
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database);
        var child = await server.Client.SaveAsync(TestWorkflows.Greeting());
        var parent = await server.Client.StartAsync(await server.Client.SaveAsync(new
        {
            name = "Parent",
            nodes = new[] { new { id = "sub", type = "sub_workflow", data = new { template_id = child } } },
            edges = Array.Empty<object>(),
        }));
        var ended = await server.Client.RestAsync(parent);
        Assert.Equal("completed", ended.State);
        var childExecution = ended["outputs"].GetProperty("sub").GetProperty("execution_id").GetString()!;

        var link = Assert.Single(
            (await spans.UntilRunsAsync(childExecution, runs: 1)).First(span => span.OperationName == "workflow.execution").Links);
        Assert.Equal(ExecutionTrace.IdOf(parent), link.Context.TraceId);
    }

    [Fact]
    public async Task What_is_asked_of_the_database_over_and_over_is_not_traced()
    {
        using var spans = new Spans();
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database);
        await using var standby = await LocalServer.StartAsync(database);
        var execution = await server.Client.StartAsync(await server.Client.SaveAsync(TestWorkflows.Greeting()));
        await server.Client.RestAsync(execution);

        var name = new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString).Database;
        var commands = spans.All.Where(span => span.Source.Name == "Npgsql" && span.TagObjects.Any(tag => tag.Value as string == name))
            .Select(span => span.GetTagItem("db.query.text") as string ?? "").ToList();
        Assert.Contains(commands, command => command.Contains("INSERT INTO workflow_templates", StringComparison.Ordinal));
        // Both have asked who leads.
        Assert.DoesNotContain(commands, command => command.Contains("pg_try_advisory_lock", StringComparison.Ordinal));
    }

    private static object Workflow(string address) => new
    {
        name = "Traced",
        nodes = new object[]
        {
            new { id = "copy", type = "generate_copy", data = new { prompt = Prompt, model = "wire-copy" } },
            new { id = "image", type = "generate_image", data = new { prompt = Prompt, model = "offline" } },
            new { id = "call", type = "http_request", data = new { method = "POST", url = address + "/count/traced" } },
            new { id = "ask", type = "approval", data = new { message = "Go on?" } },
            new { id = "done", type = "output", data = new { value = "{{ nodes.copy.text }}" } },
        },
        edges = new object[]
        {
            TestWorkflows.Edge("copy", "image"), TestWorkflows.Edge("image", "call"), TestWorkflows.Edge("call", "ask"),
            new { id = "yes", source = "ask", target = "done", sourceHandle = "approved" },
        },
    };

    /// <summary>The spans below the attempts of a type.</summary>
    private static IEnumerable<Activity> Below(IReadOnlyList<Activity> trace, IEnumerable<Activity> attempts, string type)
    {
        var ids = attempts.Where(attempt => attempt.OperationName == "workflow.attempt " + type).Select(attempt => attempt.SpanId)
            .ToHashSet();
        return trace.Where(span => Ancestors(trace, span).Any(ids.Contains));
    }

    private static IEnumerable<ActivitySpanId> Ancestors(IReadOnlyList<Activity> trace, Activity span)
    {
        for (var id = span.ParentSpanId; id != default; id = trace.FirstOrDefault(parent => parent.SpanId == id)?.ParentSpanId ?? default)
            yield return id;
    }
}
