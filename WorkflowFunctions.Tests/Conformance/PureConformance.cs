using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using static WorkflowFunctions.Tests.Conformance.EngineTestbed;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary>
/// Pure nodes that follow each other run in one step and are recorded in one commit; nothing else tells them from others.
/// </summary>
public abstract class PureConformance<TEngine>(PostgresFixture postgres) : EngineConformance<TEngine>(postgres)
    where TEngine : IEngineHosting
{
    // The transaction that wrote a row last.
    private const string Commits = "SELECT count(DISTINCT xmin::text) FROM agent_jobs";

    [Fact(Timeout = 120_000)]
    public async Task They_are_recorded_in_one_commit_with_all_that_belongs_to_each()
    {
        await using var testbed = await StartAsync();
        var drawing = new Drawing("Pure")
            .Node("a", "transform", Number("{{ params.n }}"))
            .Node("b", "transform", Number("{{ nodes.a.v | plus: 1 }}"), "a")
            .Node("c", "transform", Number("{{ nodes.a.v | plus: 2 }}"), "a")
            .Node("d", "merge", after: ["b", "c"]);
        // A run that takes long is recorded in parts, as the first ones of a process may be.
        for (var commits = 0L; commits != 1;)
        {
            var run = await testbed.RunAsync(drawing, new { n = 40 });
            await testbed.AssertCompletedAsync(run);
            Assert.Equal("""{"b":{"v":41},"c":{"v":42}}""", Output(run, "d").GetRawText().Replace(" ", "", StringComparison.Ordinal));
            commits = (await testbed.Database.QueryAsync<long>($"{Commits} WHERE execution_id = $1", run.Id)).Single();
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task One_with_an_effect_between_them_starts_after_the_commit_of_what_it_reads()
    {
        await using var testbed = await StartAsync();
        var run = await testbed.RunAsync(new Drawing("Effect")
            .Node("a", "transform", Number("1"))
            .Node("b", "flaky", new { }, "a")
            .Node("c", "transform", Number("{{ nodes.b.attempt | plus: nodes.a.v }}"), "b"));
        await testbed.AssertCompletedAsync(run);
        Assert.Equal([3L], await testbed.Database.QueryAsync<long>(Commits));
    }

    [Fact]
    public async Task The_branch_that_one_takes_decides_which_of_them_run()
    {
        await using var testbed = await StartAsync();
        var run = await testbed.RunAsync(new Drawing("Branch")
            .Node("ask", "condition", new { @if = "params.n > 1" })
            .Node("yes", "transform", Number("1")).Edge("ask/true", "yes")
            .Node("no", "transform", Number("2")).Edge("ask/false", "no")
            .Node("end", "merge", after: ["yes", "no"]), new { n = 2 });
        await testbed.AssertCompletedAsync(run);
        Assert.Equal(("completed", "skipped", "completed"), (Statuses(run)["yes"], Statuses(run)["no"], Statuses(run)["end"]));
    }

    [Fact]
    public async Task One_that_fails_fails_alone_and_by_its_own_policy()
    {
        await using var testbed = await StartAsync();
        var run = await testbed.RunAsync(new Drawing("Failing")
            .Node("a", "transform", Number("1"))
            .Node("b", "transform", new { fields = new { v = "{{ params.missing }}" }, on_error = "continue" }, "a")
            .Node("c", "transform", Number("{{ nodes.a.v }}"), "b"));
        await testbed.AssertCompletedAsync(run);
        Assert.Equal(("completed", "failed", "completed"), (Statuses(run)["a"], Statuses(run)["b"], Statuses(run)["c"]));
    }

    [Fact]
    public async Task One_that_the_database_does_not_take_fails_alone()
    {
        await using var testbed = await StartAsync();
        await testbed.Database.ExecuteAsync("ALTER TABLE agent_jobs ADD CHECK (output_data_json ->> 'v' IS DISTINCT FROM 'refused')");
        var run = await testbed.RunAsync(new Drawing("Refused")
            .Node("a", "transform", Number("1"))
            .Node("b", "transform", Number("2"), "a")
            .Node("c", "transform", new { fields = new { v = "refused" }, on_error = "continue" }, "b")
            .Node("d", "transform", Number("4"), "c"));
        await testbed.AssertCompletedAsync(run);
        Assert.Equal(
            ("completed", "completed", "failed", "completed"),
            (Statuses(run)["a"], Statuses(run)["b"], Statuses(run)["c"], Statuses(run)["d"]));
    }

    [Fact]
    public async Task A_checkpoint_that_is_asked_for_is_written_between_them()
    {
        await using var testbed = await StartAsync();
        var drawing = new Drawing("Checkpoints").Node("n0", "transform", Number("0"));
        for (var i = 1; i < 6; i++)
            drawing.Node($"n{i}", "transform", Number($"{i}"), $"n{i - 1}");
        var run = await testbed.RunAsync(drawing, config: new { checkpoint_every_nodes = 2 });
        await testbed.AssertCompletedAsync(run);
        var checkpoints = await testbed.Database.QueryAsync<int>(
            "SELECT cardinality(completed_node_ids) FROM workflow_checkpoints ORDER BY 1");
        Assert.Equal(6, checkpoints[^1]);
        // An engine of several processes may be one node late: only the record knows how many are settled.
        Assert.All(checkpoints.Zip([0, .. checkpoints], (now, before) => now - before), gap => Assert.InRange(gap, 1, 3));
    }

    private static object Number(string value) => new { fields = new { v = value } };
}
