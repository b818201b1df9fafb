using System.Globalization;
using System.Net;
using System.Text.Json;
using CsCheck;
using WorkflowFunctions.Nodes.Models;
using WorkflowFunctions.Tests.Conformance;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Models;

namespace WorkflowFunctions.Tests.Model;

/// <summary>
/// Random workflows on the Local engine, paused, resumed, cancelled and signalled at random moments while the engine loses its
/// connection again and again; what comes of them is compared with a reference. <c>WORKFLOW_MODEL_CASES</c> says how many.
/// </summary>
public sealed class RandomRunTests(PostgresFixture postgres)
{
    private static readonly int s_cases =
        int.TryParse(Environment.GetEnvironmentVariable("WORKFLOW_MODEL_CASES"), CultureInfo.InvariantCulture, out var cases) ? cases : 60;

    /// <summary>
    /// How often an execution may still run after half a minute in which the server got on, before it counts as stuck. Half a minute in
    /// which it did not says something of the machine.
    /// </summary>
    private const int MaxWaits = 10;

    /// <summary>The events by which one sees that the server got on.</summary>
    private const int Progress = 100;

    [Fact]
    public async Task Every_workflow_ends_as_the_reference_says_whatever_happens_on_the_way()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var service = await EffectCounter.StartAsync();
        using var models = ModelSetup.Empty();
        await using var server = await LocalServer.StartAsync(database, configure: EngineTestbed.AddNodes);
        var child = await server.Client.SaveAsync(new Drawing("child")
            .Node("check", "condition", new { @if = "params.bad" })
            .Node("no", "fail", new { message = "bad" }, "check/true").ToFile());
        var setup = new Setup(database, server.Client, models.Copy, child, service.Address);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var accidents = CutConnectionsAsync(database, over.Token);
        await RandomWorkflow.Any.SampleAsync(workflow => CheckAsync(setup, workflow), iter: s_cases, threads: 8);
        await over.CancelAsync();
        await accidents;
    }

    private static async Task CheckAsync(Setup setup, RandomWorkflow workflow)
    {
        var client = setup.Client;
        var random = new Random(workflow.Seed);
        var reference = ReferenceInterpreter.Run(workflow, setup.Write);
        var template = await AcceptedAsync(client, "/api/templates", workflow.ToFile(setup.Child, setup.Service));
        var id = await AcceptedAsync(client, "/api/executions", new { template_id = template });
        var mayBeCancelled = await InterfereAsync(client, id, reference, random);
        var run = await RestAsync(setup, id);
        while (mayBeCancelled && run.State == "cancelled")
        {
            AssertSettledOnce(run, reference, isWhole: false);
            await client.PostAsync($"/api/executions/{id}/retry");
            run = await RestAsync(setup, id);
        }

        Assert.True(run.State == (reference.Fails ? "failed" : "completed"), $"{id} is {run.State}: {run["error_message"]}\n{run.Json}");
        AssertSettledOnce(run, reference, isWhole: !reference.Fails);
        await AssertMadeAsync(setup.Database, run, reference);
        if (!reference.Fails)
            await RecordChecks.AssertCompleteAsync(setup.Database.ConnectionString, id);
    }

    /// <summary>Sends every signal, and pauses, resumes and cancels now and then.</summary>
    /// <returns>Whether it was to be cancelled; it may have ended before.</returns>
    private static async Task<bool> InterfereAsync(ApiClient client, string id, ReferenceInterpreter reference, Random random)
    {
        var signals = reference.Signals.ToArray();
        random.Shuffle(signals);
        foreach (var (name, payload) in signals)
        {
            if (random.Next(3) == 0)
                await Task.Delay(random.Next(30), TestContext.Current.CancellationToken);
            if (random.Next(6) == 0)
                await client.PostAsync($"/api/executions/{id}/{(random.Next(2) == 0 ? "pause" : "resume")}");
            await SendAsync(client, id, name, payload);
        }

        for (var i = random.Next(4); i > 0; i--)
        {
            await Task.Delay(random.Next(20), TestContext.Current.CancellationToken);
            await client.PostAsync($"/api/executions/{id}/{(random.Next(2) == 0 ? "pause" : "resume")}");
        }

        if (random.Next(10) > 0)
            return false;
        await client.PostAsync($"/api/executions/{id}/cancel");
        return true;
    }

    /// <summary>Asks for something to be made until it is: a connection that was cut is answered with 503.</summary>
    private static async Task<string> AcceptedAsync(ApiClient client, string path, object body)
    {
        while (true)
        {
            var answer = await client.PostAsync(path, body);
            if (answer.Status is HttpStatusCode.Accepted or HttpStatusCode.Created)
                return answer.Id;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        }
    }

    /// <summary>
    /// Sends a signal until it is taken; a connection that was cut is no reason to lose it. One that has failed takes none.
    /// </summary>
    private static async Task SendAsync(ApiClient client, string id, string name, object payload)
    {
        HttpStatusCode status;
        do
            status = (await client.PostAsync($"/api/executions/{id}/signals/{Uri.EscapeDataString(name)}", payload)).Status;
        while (status is not (HttpStatusCode.Accepted or HttpStatusCode.Conflict));
    }

    private static async Task<ApiAnswer> RestAsync(Setup setup, string id)
    {
        var waits = 0;
        for (var left = 100; left > 0; left--)
        {
            var before = await LastEventAsync(setup.Database);
            var run = await setup.Client.GetAsync($"/api/executions/{id}?wait=30");
            if (run.Status == HttpStatusCode.OK && run.State is "completed" or "failed" or "cancelled")
                return run;
            if (run.Status == HttpStatusCode.OK && run.State == "paused")
                await setup.Client.PostAsync($"/api/executions/{id}/resume");
            else if (run.Status == HttpStatusCode.OK && await LastEventAsync(setup.Database) >= before + Progress && ++waits == MaxWaits)
                Assert.Fail($"{id} is stuck: {run.Json}\n{(await setup.Client.GetAsync("/api/executions?limit=50")).Json}");
        }

        throw new InvalidOperationException($"The execution {id} does not come to rest.");
    }

    private static async Task<long> LastEventAsync(TestDatabase database) =>
        Assert.Single(await database.QueryAsync<long>("SELECT COALESCE(max(id), 0)::bigint FROM workflow_execution_events"));

    private static void AssertSettledOnce(ApiAnswer run, ReferenceInterpreter reference, bool isWhole)
    {
        var jobs = run["jobs"].EnumerateArray().ToList();
        Assert.Equal(jobs.Count, jobs.DistinctBy(job => job.GetProperty("node_id").GetString()).Count());
        var settled = jobs.Where(job => job.GetProperty("status").GetString() is "completed" or "failed" or "skipped").ToList();
        foreach (var job in settled)
        {
            var nodeId = job.GetProperty("node_id").GetString()!;
            if (!reference.Endings.TryGetValue(nodeId, out var ending))
                Assert.Fail($"{nodeId} ended, and should not have been decided.");
            Assert.Equal((nodeId, ending.Status), (nodeId, job.GetProperty("status").GetString()));
            if (ending.Value is not null)
                Assert.Equal(ending.Value, TextOf(job));
        }

        if (isWhole)
            Assert.Empty(Expected(reference).Except(settled.Select(job => job.GetProperty("node_id").GetString()!)));
    }

    private static string? TextOf(JsonElement job) => RandomNode.TextPathOf(job.GetProperty("job_type").GetString()!)!.Split('.')
        .Aggregate(job.GetProperty("output"), (value, name) => value.GetProperty(name)).GetString();

    /// <summary>What nodes have made besides their outputs is there once, and nothing else is.</summary>
    private static async Task AssertMadeAsync(TestDatabase database, ApiAnswer run, ReferenceInterpreter reference)
    {
        var found = await database.QueryAsync<string>(
            """
            SELECT substr(document_id, length($1) + 2) FROM document_contents WHERE starts_with(document_id, $1 || ':')
            UNION ALL
            SELECT substr(id, length($1) + 2) FROM document_attachments WHERE created_by_workflow_id = $1
            """, run.Id);
        Assert.Empty(found.Except(reference.Endings.Values.SelectMany(ending => ending.Made)));
        var completed = run["jobs"].EnumerateArray().Where(job => job.GetProperty("status").GetString() == "completed");
        Assert.Empty(completed.SelectMany(job => reference.Endings[job.GetProperty("node_id").GetString()!].Made).Except(found));
    }

    /// <summary>What must have ended: everything, but for the items of loops that have failed.</summary>
    private static IEnumerable<string> Expected(ReferenceInterpreter reference)
    {
        var failedLoops = reference.Endings.Where(ending => ending.Value.Status == "failed").Select(ending => ending.Key).ToList();
        return reference.Endings.Keys.Where(path => !failedLoops.Exists(loop =>
            path.Split('#')[0].StartsWith(loop.Split('#')[0] + "x", StringComparison.Ordinal)));
    }

    /// <summary>
    /// Cuts all connections of the server whenever it has got on by some events since the last time, so that a machine of any speed gets
    /// on between two accidents.
    /// </summary>
    private static async Task CutConnectionsAsync(TestDatabase database, CancellationToken over)
    {
        const string Cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name "
            + "= 'workflow-functions'";
        var random = new Random(1);
        var next = 50L;
        try
        {
            while (true)
            {
                await Task.Delay(100, over);
                var last = await LastEventAsync(database);
                if (last < next)
                    continue;
                await database.ExecuteAsync(Cut);
                next = last + random.Next(50, 800);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    /// <summary>What all cases share.</summary>
    /// <param name="Database">The record.</param>
    /// <param name="Client">The server that runs the workflows.</param>
    /// <param name="Models">The models that it has.</param>
    /// <param name="Child">The template that sub-workflows run.</param>
    /// <param name="Service">The address that requests go to.</param>
    private sealed record Setup(TestDatabase Database, ApiClient Client, ICopyModels Models, string Child, string Service)
    {
        /// <summary>What the offline model writes, which is always the same and at once.</summary>
        public string Write(string prompt)
        {
            var written = Models.GenerateAsync(
                new CopyRequest { Prompt = prompt, Model = "offline", MaxTokens = 16 }, CancellationToken.None);
            Assert.True(written.IsCompletedSuccessfully);
            return written.Result.Text;
        }
    }
}
