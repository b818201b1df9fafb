using System.Net;
using Microsoft.Playwright;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace WorkflowFunctions.LongTests.Page;

/// <summary>Who works on what, in the page.</summary>
public sealed class WorkerPageTests(PostgresFixture postgres, BrowserFixture browser) : PageTests(postgres, browser)
{
    [Fact]
    public async Task Queues_and_what_workers_have_are_shown_and_a_lease_is_taken_back()
    {
        var id = await Server.Client.StartAsync(await Server.Client.SaveAsync(new Drawing("Copies")
            .Node("one", "task", new { name = "tasks.generate_copy", queue = "copy", heartbeat_seconds = 3600 })
            .Node("two", "task", new { name = "tasks.generate_copy", queue = "copy", heartbeat_seconds = 3600 })
            .Node("draw", "task", new { name = "tasks.generate_image", queue = "images", heartbeat_seconds = 3600 })
            .ToFile()));
        foreach (var node in (string[])["one", "two", "draw"])
            await Server.Client.UntilAsync(id, node, "waiting");
        await ClaimAsync("copy-1 (host a)", "copy");
        var image = await ClaimAsync("image-1 (host b)", "images");
        Assert.Equal(
            HttpStatusCode.OK, (await DoAsync(image, "heartbeat", new { lease = Lease(image), progress = new { percent = 40 } })).Status);

        await using var visit = await OpenAsync("/operations");
        var rows = visit.Page.GetByRole(AriaRole.Table, new() { Name = "Queues" }).Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(rows.Nth(0).GetByRole(AriaRole.Cell)).ToContainTextAsync(["copy", "1", "1", ""]);
        await Expect(rows.Nth(1).GetByRole(AriaRole.Cell)).ToHaveTextAsync(["images", "0", "1", "—"]);
        var held = visit.Page.GetByRole(AriaRole.Region, new() { Name = "image-1 (host b)" });
        await Expect(held).ToContainTextAsync("{\"percent\":40}");
        await visit.ShootAsync("workers");

        await visit.Button($"Take back tasks.generate_image of {id}").ClickAsync();
        await visit.Dialog.GetByRole(AriaRole.Button, new() { Name = "Take back", Exact = true }).ClickAsync();

        await Expect(held).ToHaveCountAsync(0);
        await Expect(rows.Nth(1).GetByRole(AriaRole.Cell)).ToContainTextAsync(["images", "1", "0", ""]);
        var late = await DoAsync(image, "complete", new { lease = Lease(image) });
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Equal(image.Id, (await ClaimAsync("image-2", "images")).Id);
        visit.AssertNoErrors();
    }

    private async Task<ApiAnswer> ClaimAsync(string worker, string queue)
    {
        var answer = await Server.Client.PostAsync("/api/workers/tasks/claim", new { worker, queues = new[] { queue }, wait = 20 });
        return answer with { Json = Assert.Single(answer["tasks"].EnumerateArray()) };
    }

    private Task<ApiAnswer> DoAsync(ApiAnswer task, string call, object body) =>
        Server.Client.PostAsync($"/api/workers/tasks/{Uri.EscapeDataString(task.Id)}/{call}", body);

    private static string Lease(ApiAnswer task) => task["lease"].GetString()!;
}
