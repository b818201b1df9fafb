using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Nodes.Models;
using WorkflowFunctions.Nodes.Models.Offline;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

/// <summary>What another version of a template would do for executions that have stopped, and what it does.</summary>
public sealed class ImpactTests(PostgresFixture postgres) : IAsyncLifetime
{
    /// <summary>How many executions fail. More of them take longer, and show the same.</summary>
    private static readonly int s_many =
        int.TryParse(Environment.GetEnvironmentVariable("WORKFLOW_TEST_IMPACT"), CultureInfo.InvariantCulture, out var many) ? many : 50;

    private EffectCounter _effects = null!;
    private TestDatabase _database = null!;
    private LocalServer _server = null!;

    private ApiClient Client => _server.Client;

    public async ValueTask InitializeAsync()
    {
        _effects = await EffectCounter.StartAsync();
        _database = await postgres.CreateDatabaseAsync();
        _server = await LocalServer.StartAsync(_database, configure: services => services.AddSingleton<ICopyModels, PricedModels>());
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
        await _effects.DisposeAsync();
    }

    [Fact]
    public async Task What_is_predicted_is_what_runs_and_what_it_costs_until_the_limit_is_reached()
    {
        var template = await Client.SaveAsync(Letters("Review {{ nodes.write.text }}").ToFile());
        await RunAllAsync(template, 5, "completed");
        _effects.FailingNames.Add("send");
        var ids = await RunAllAsync(template, s_many, "failed");
        _effects.FailingNames.Clear();
        Assert.Equal(
            HttpStatusCode.OK,
            (await Client.PutAsync($"/api/templates/{template}", Letters("Please review: {{ nodes.write.text }}").ToFile())).Status);

        var impact = await Client.PostAsync($"/api/templates/{template}/impact", new { });
        Assert.Equal(
            (s_many, s_many, 0, 0),
            (impact["executions"].GetInt32(), impact["failed"].GetInt32(), impact["paused"].GetInt32(), impact["left_out"].GetInt32()));
        // Three of them are short, and are not praised.
        Assert.Equal(
            [("review", s_many), ("long", s_many), ("praise", s_many - 3), ("send", s_many), ("end", s_many)],
            impact["nodes"].EnumerateArray()
                .Select(node => (node.GetProperty("node_id").GetString()!, node.GetProperty("executions").GetInt32())));
        Assert.All(impact["nodes"].EnumerateArray(), node => Assert.True(node.GetProperty("is_cost_known").GetBoolean()));
        var predicted = impact["cost_usd"].GetDecimal();
        Assert.True(predicted > 0);
        var before = await CostAsync(template);

        // Half of the money is enough for about half of them, and says so.
        var half = await ContinueAsync(template, predicted / 2, "a");
        Assert.Equal(
            (true, true, s_many),
            (half["is_limited"].GetBoolean(), half["is_done"].GetBoolean(), half["continued"].GetInt32() + half["left"].GetInt32()));
        Assert.InRange(half["continued"].GetInt32(), s_many / 4, s_many * 3 / 4);
        await Task.WhenAll(ids.Select(Client.RestAsync));
        Assert.InRange(await CostAsync(template) - before, 0, predicted / 2 * 1.1m);
        // The same again, without money, changes nothing; with more it goes on where it ended.
        Assert.Equal(half["continued"].GetInt32(), (await ContinueAsync(template, 0, "a"))["continued"].GetInt32());
        var all = await ContinueAsync(template, predicted * 2, "a");
        Assert.Equal(
            (false, true, s_many, 0),
            (all["is_limited"].GetBoolean(), all["is_done"].GetBoolean(), all["continued"].GetInt32(), all["left"].GetInt32()));

        var runs = await Task.WhenAll(ids.Select(Client.RestAsync));
        Assert.All(runs, run => Assert.Equal(("completed", 1), (run.State, run["retries"].GetInt32())));
        var items = (await Client.PostAsync($"/api/templates/{template}/impact", new { }))["items"];
        Assert.Equal(0, items.GetArrayLength());
        Assert.InRange(await CostAsync(template) - before, predicted * 0.9m, predicted * 1.1m);
        Assert.Equal(
            [("end", s_many), ("long", s_many), ("praise", s_many - 3), ("review", s_many), ("send", s_many)],
            (await _database.QueryAsync<string>(
                """
                SELECT j.node_id || ' ' || count(*)
                FROM agent_jobs j JOIN workflow_execution_events v ON v.execution_id = j.execution_id AND v.event_type = 'retried'
                WHERE j.started_at >= v.created_at AND j.status = 'completed' GROUP BY j.node_id ORDER BY j.node_id
                """)).Select(row => (row.Split(' ')[0], int.Parse(row.Split(' ')[1], CultureInfo.InvariantCulture))));
    }

    [Fact]
    public async Task A_paused_execution_goes_on_with_the_version_and_keeps_waiting_for_what_has_not_changed()
    {
        Drawing Draw(string say) => new Drawing("paused")
            .Node("say", "transform", new { template = say })
            .Node("hold", "wait_for_signal", new { signal = "go" })
            .Node("end", "transform", new { template = "{{ nodes.say.text }} {{ nodes.hold.word }}" }, "say", "hold");
        var template = await Client.SaveAsync(Draw("before").ToFile());
        var id = await Client.StartAsync(template);
        await Client.UntilAsync(id, "hold", "waiting");
        await Client.PostAsync($"/api/executions/{id}/pause");
        var draft = Draw("after").ToFile();

        var impact = await Client.PostAsync($"/api/templates/{template}/impact", new { template = draft, statuses = new[] { "paused" } });
        Assert.Equal((1, 1), (impact["executions"].GetInt32(), impact["paused"].GetInt32()));
        Assert.Equal(["say", "end"], impact["items"][0].GetProperty("node_ids").EnumerateArray().Select(node => node.GetString()));
        Assert.Equal(
            0,
            (await Client.PostAsync($"/api/templates/{template}/impact", new { statuses = new[] { "failed" } }))["executions"].GetInt32());
        var done = await Client.PostAsync(
            $"/api/templates/{template}/continue", new { template = draft, max_cost_usd = 0, reason = "better words" });
        Assert.Equal((HttpStatusCode.OK, 1, 0), (done.Status, done["continued"].GetInt32(), done["left"].GetInt32()));
        await Client.PostAsync($"/api/executions/{id}/signals/go", new { word = "then" });

        var run = await Client.RestAsync(id);
        Assert.Equal(("completed", "after then"), (run.State, run["outputs"].GetProperty("end").GetProperty("text").GetString()));
        var events = (await Client.GetAsync($"/api/executions/{id}/events"))["items"].EnumerateArray();
        Assert.Equal(
            "better words",
            events.Single(item => item.GetProperty("event_type").GetString() == "retried").GetProperty("message").GetString());
    }

    [Fact]
    public async Task Items_that_a_loop_has_not_reached_are_predicted_and_what_cannot_go_on_says_why()
    {
        Drawing Draw(string call) => new Drawing("loop")
            .Node("each", "for_each", new { items = "{{ params.names }}", max_parallel = 1 })
            .Inside("each", "call", "http_request", new { method = "POST", url = $"{_effects.Address}/count/{call}" })
            .Node("end", "transform", new { template = "done" }, "each");
        var template = await Client.SaveAsync(Draw("{{ item }}").ToFile());
        _effects.FailingNames.Add("c");
        var failed = await Client.StartAsync(template, new { names = new[] { "a", "b", "c", "d", "e" } });
        Assert.Equal("failed", (await Client.RestAsync(failed)).State);
        await _database.ExecuteAsync(
            "UPDATE workflow_executions SET config_json = config_json || '{\"max_cost_usd\": 0.5}', total_cost = 1 WHERE id = $1",
            await FailedAsync(template));

        var impact = await Client.PostAsync($"/api/templates/{template}/impact", new { });
        Assert.Equal((1, 1), (impact["executions"].GetInt32(), impact["left_out"].GetInt32()));
        Assert.Equal([("each", 0d), ("call", 3d), ("end", 1d)], new[] { "each", "call", "end" }.Select(node => (node, Runs(impact, node))));
        Assert.Contains("max_cost_usd", impact["items"][1].GetProperty("obstacle").GetString(), StringComparison.Ordinal);
        var changed = await Client.PostAsync($"/api/templates/{template}/impact", new { template = Draw("x{{ item }}").ToFile() });
        Assert.Equal(5, Runs(changed, "call"));
        Assert.Equal(
            "/template/nodes/0/type",
            Assert.Single(
                (
                    await Client.PostAsync(
                        $"/api/templates/{template}/impact",
                        new { template = new { nodes = new[] { new { id = "a", type = "nothing" } } } })).Pointers));
        Assert.Equal(
            "/version",
            Assert.Single(
                (await Client.PostAsync($"/api/templates/{template}/continue", new { version = "nothing", max_cost_usd = 1 })).Pointers));
        Assert.Equal("/max_cost_usd", Assert.Single((await Client.PostAsync($"/api/templates/{template}/continue", new { })).Pointers));
    }

    private static double Runs(ApiAnswer impact, string node) => impact["nodes"].EnumerateArray()
        .Where(one => one.GetProperty("node_id").GetString() == node).Select(one => one.GetProperty("runs").GetDouble()).SingleOrDefault();

    private async Task<string> FailedAsync(string template)
    {
        var id = await Client.StartAsync(template, new { names = new[] { "c" } });
        await Client.RestAsync(id);
        return id;
    }

    private async Task<ApiAnswer> ContinueAsync(string template, decimal limit, string key)
    {
        ApiAnswer answer;
        do
            answer = await Client.PostAsync($"/api/templates/{template}/continue", new { max_cost_usd = limit }, ("Idempotency-Key", key));
        while (answer.Status == HttpStatusCode.OK && !answer["is_done"].GetBoolean());
        return answer;
    }

    private async Task<IReadOnlyList<string>> RunAllAsync(string template, int count, string state)
    {
        var ids = await Task.WhenAll(
            Enumerable
                .Range(0, count)
                .Select(run =>
                    Client.StartAsync(template, new { run, @long = run >= 3, topic = $"the product number {run}" })));
        Assert.All(await Task.WhenAll(ids.Select(Client.RestAsync)), run => Assert.Equal(state, run.State));
        return ids;
    }

    private async Task<decimal> CostAsync(string template) =>
        (await _database.QueryAsync<decimal>("SELECT sum(total_cost) FROM workflow_executions WHERE template_id = $1", template)).Single();

    /// <summary>A model writes, another one reviews that, long ones are praised by a third, and what came of it is sent.</summary>
    private Drawing Letters(string review) =>
        new Drawing("letters")
            .Node(
                "write", "generate_copy",
                new { prompt = "Write a letter about {{ params.topic }}, for people who have asked for one, and keep it friendly." })
            .Node("review", "generate_copy", new { prompt = review }, "write")
            .Node("long", "condition", new { @if = "params.long" }, "review")
            .Node("praise", "generate_copy", new { prompt = "Praise {{ nodes.review.text }}" }, "long/true")
            .Node("send", "http_request", new { method = "POST", url = $"{_effects.Address}/count/send" }, "praise", "long/false")
            .Node("end", "output", new { value = "{{ nodes.review.text }}" }, "send");

    /// <summary>The offline model, with prices.</summary>
    private sealed class PricedModels : ICopyModels
    {
        public Task<GeneratedCopy> GenerateAsync(CopyRequest request, CancellationToken cancellationToken)
        {
            var copy = OfflineCopy.Generate(request);
            return Task.FromResult(
                copy with
                {
                    Used = copy.Used with { CostUsd = ((copy.Used.InputTokens * 2) + (copy.Used.OutputTokens * 8)) / 1_000_000m },
                });
        }
    }
}
