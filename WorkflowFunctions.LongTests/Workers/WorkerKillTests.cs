using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.LongTests.Workers;

/// <summary>A Celery application under the bridge, whose workers and server are killed over and over.</summary>
public sealed class WorkerKillTests(PostgresFixture postgres)
{
    private const int Kills = 20;
    private const int ExecutionsPerKill = 3;

    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_task_is_completed_once_and_no_execution_is_stuck()
    {
        PythonProcess.SkipWithoutCelery();
        await using var database = await postgres.CreateDatabaseAsync();
        var address = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        var server = await ServerProcess.StartAsync(database.ConnectionString, address, Stopping);
        var workers = Enumerable.Range(0, 3).Select(_ => StartWorker()).ToList();
        var random = new Random(22);
        try
        {
            var template = await server.Client.SaveAsync(Application().ToFile());
            var ids = new List<string>();
            for (var kill = 0; kill < Kills; kill++)
            {
                for (var i = 0; i < ExecutionsPerKill; i++)
                    ids.Add(await server.Client.StartAsync(template));
                await Task.Delay(random.Next(100, 600), Stopping);
                if (kill % 6 == 5)
                {
                    await server.KillAsync();
                    await server.DisposeAsync();
                    server = await ServerProcess.StartAsync(database.ConnectionString, address, Stopping);
                    continue;
                }

                var place = random.Next(workers.Count);
                await workers[place].KillAsync();
                workers[place].Dispose();
                workers[place] = StartWorker();
            }

            foreach (var id in ids)
            {
                var run = await server.Client.RestAsync(id);
                Assert.True(run.State == "completed", $"{run.State}: {run["error_message"]}");
                await RecordChecks.AssertCompleteAsync(database.ConnectionString, id);
                var end = run["outputs"].GetProperty("end");
                Assert.Equal(
                    ($"20 words about {id}", $"{id}:copy", 1, $"{id}.png", "ValueError: The brand is not cheap."),
                    (end.GetProperty("text").GetString(), end.GetProperty("task").GetString(), end.GetProperty("retries").GetInt32(),
                        end.GetProperty("image").GetString(), end.GetProperty("error").GetString()));
            }

            Assert.Empty(await database.QueryAsync<long>("SELECT id FROM workflow_tasks"));
        }
        finally
        {
            foreach (var worker in workers)
                worker.Dispose();
            await server.DisposeAsync();
        }

        PythonProcess StartWorker() => PythonProcess.Start(
            address, database.ConnectionString, "-m", "workflowfunctions.celery", "-A", "tests.celery_app", "-c", "2", "-l", "WARNING");
    }

    private static Drawing Application() =>
        new Drawing("Application")
            .Node(
                "copy",
                "task",
                new
                {
                    name = "tasks.generate_copy",
                    args = new[] { "{{ execution.id }}" },
                    kwargs = new { words = 20 },
                    heartbeat_seconds = 1,
                    retry = new { max_attempts = 4, delay_seconds = 0.05 },
                })
            .Node(
                "check", "task",
                new { name = "tasks.check_copy", args = new[] { "cheap tea" }, heartbeat_seconds = 1, on_error = "continue" })
            .Node("image", "task", new { name = "tasks.generate_image", args = new[] { "{{ execution.id }}" }, heartbeat_seconds = 1 })
            .Node(
                "end",
                "output",
                new
                {
                    value = new
                    {
                        text = "{{ nodes.copy.text }}",
                        task = "{{ nodes.copy.task }}",
                        retries = "{{ nodes.copy.retries }}",
                        image = "{{ nodes.image.image }}",
                        error = "{{ nodes.check.error.message }}",
                    },
                },
                "copy",
                "check",
                "image");
}
