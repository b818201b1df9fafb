using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Maintenance;

public class RecurringWorkTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_leader_runs_work_again_and_again_even_if_a_run_fails()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var work = new Probe(fails: true);
        await using var server = await ApiServer.StartAsync(
            database.ConnectionString, services => services.AddLocalEngine().AddSingleton<IRecurringWork>(work));

        await work.RanAsync();
        await work.RanAsync();

        var template = await server.Client.SaveAsync(TestWorkflows.Greeting());
        Assert.Equal("completed", (await server.Client.RestAsync(await server.Client.StartAsync(template))).State);
        Assert.True(server.Services.GetRequiredService<LocalEngine>().IsLeading);
    }

    [Fact]
    public async Task Who_does_not_lead_runs_no_work_until_the_leader_is_gone()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var (first, second) = (new Probe(), new Probe());
        var leader = await ApiServer.StartAsync(
            database.ConnectionString, services => services.AddLocalEngine().AddSingleton<IRecurringWork>(first));
        await first.RanAsync();
        await using var standby = await ApiServer.StartAsync(
            database.ConnectionString, services => services.AddLocalEngine().AddSingleton<IRecurringWork>(second));

        await first.RanAsync();
        await first.RanAsync();
        Assert.Equal(0, second.Count);

        await leader.DisposeAsync();
        var count = first.Count;
        await second.RanAsync();
        await second.RanAsync();
        Assert.Equal(count, first.Count);
    }

    [Fact]
    public async Task A_run_that_hangs_ends_with_the_leader()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var work = new Probe(hangs: true);
        var server = await ApiServer.StartAsync(
            database.ConnectionString, services => services.AddLocalEngine().AddSingleton<IRecurringWork>(work));
        await work.RanAsync();

        await server.DisposeAsync();

        Assert.True(work.IsEnded);
        Assert.Equal(1, work.Count);
    }

    [Theory]
    [InlineData("0 2 * * *", "2026-03-29T01:59:59.9Z", "2026-03-29T02:00:00Z")]
    [InlineData("0 2 * * *", "2026-03-29T02:00:00Z", "2026-03-30T02:00:00Z")]
    [InlineData("0 2 * * *", "2026-03-29T03:30:00+02:00", "2026-03-29T02:00:00Z")]
    [InlineData("*/5 * * * * *", "2026-03-29T02:00:01Z", "2026-03-29T02:00:05Z")]
    public void A_schedule_is_in_UTC(string cron, string after, string next) =>
        Assert.Equal(DateTimeOffset.Parse(next), CronSchedule.Parse(cron).NextAfter(DateTimeOffset.Parse(after)));

    [Theory]
    [InlineData("")]
    [InlineData("every night")]
    [InlineData("61 * * * *")]
    [InlineData("* * *")]
    public void What_is_no_schedule_is_refused(string cron) => Assert.Throws<FormatException>(() => CronSchedule.Parse(cron));

    /// <summary>Work that is due every second.</summary>
    private sealed class Probe(bool fails = false, bool hangs = false) : IRecurringWork
    {
        private readonly Channel<bool> _runs = Channel.CreateUnbounded<bool>();
        private int _count;

        public string Name => "probe";

        public CronSchedule Schedule { get; } = CronSchedule.Parse("* * * * * *");

        public int Count => _count;

        public bool IsEnded { get; private set; }

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _count);
            _runs.Writer.TryWrite(true);
            if (fails)
                throw new InvalidOperationException("This run fails.");
            try
            {
                if (hangs)
                    await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                IsEnded = true;
            }
        }

        /// <summary>Waits for the next run.</summary>
        public async Task RanAsync() => await _runs.Reader.ReadAsync(TestContext.Current.CancellationToken);
    }
}
