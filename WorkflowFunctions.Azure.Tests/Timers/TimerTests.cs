using System.Reflection;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.Durable.Orchestration;
using WorkflowFunctions.Durable.Timers;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.Timers;

/// <summary>The timer triggers: their settings, and what they run.</summary>
public class TimerTests(PostgresFixture postgres)
{
    private static IEnumerable<(string Function, string Schedule)> Timers => FunctionsApp.Functions
        .Select(function => (function.Key, function.Value.GetParameters()[0].GetCustomAttribute<TimerTriggerAttribute>()?.Schedule))
        .Where(function => function.Schedule is not null)
        .Select(function => (function.Key, function.Schedule!));

    [Fact]
    public void Every_timer_takes_its_times_from_a_setting_that_the_sample_has()
    {
        using var sample = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "local.settings.sample.json")));
        var settings = sample.RootElement.GetProperty("Values").EnumerateObject()
            .ToDictionary(setting => setting.Name.Replace("__", ":", StringComparison.Ordinal));
        Assert.NotEmpty(Timers);
        foreach (var (_, schedule) in Timers)
            Assert.True(CronSchedule.TryParse(settings[schedule.Trim('%')].Value.GetString(), out var parsed), parsed?.Text);
    }

    [Fact]
    public async Task All_recurring_work_has_a_timer_and_runs_by_it()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await FunctionsApp.StartAsync(database);
        var ran = new List<string>();
        var works = app.Services.GetServices<IRecurringWork>().Select(work => new ToldWork(work, ran)).ToList();
        var timers = new RecurringTimers(
            works, app.Services.GetRequiredService<DurableEngine>(), TimeProvider.System, NullLogger<RecurringTimers>.Instance);
        foreach (var (function, _)
            in Timers.Where(timer => FunctionsApp.Functions[timer.Function].DeclaringType == typeof(RecurringTimers)))
        {
            var method = FunctionsApp.Functions[function];
            object[] arguments = [.. method.GetParameters().Select(parameter =>
                parameter.ParameterType == typeof(TimerInfo) ? new TimerInfo()
                : parameter.ParameterType == typeof(CancellationToken) ? TestContext.Current.CancellationToken
                : (object)app.Durable)];
            await (Task)method.Invoke(timers, arguments)!;
        }

        Assert.Equal(works.Select(work => work.Name).Order(), ran.Order());
    }

    private sealed class ToldWork(IRecurringWork work, List<string> ran) : IRecurringWork
    {
        public string Name => work.Name;

        public CronSchedule Schedule => work.Schedule;

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            await work.RunAsync(cancellationToken);
            ran.Add(Name);
        }
    }
}
