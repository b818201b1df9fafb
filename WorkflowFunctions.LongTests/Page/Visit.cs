using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace WorkflowFunctions.LongTests.Page;

/// <summary>A visit to the page: a window, what can be seen in it, and what went wrong in it.</summary>
public sealed class Visit : IAsyncDisposable
{
    // Longer than any step takes: nothing is measured here, and machines are busy.
    private const float Patience = 30_000;

    private const string SomeFrames = "() => new Promise(done => { let left = 8; const frame = () => --left > 0 ? "
        + "requestAnimationFrame(frame) : requestIdleCallback(() => done(), { timeout: 2000 }); frame(); })";

    private readonly IBrowserContext _context;
    private readonly List<string> _errors = [];

    private Visit(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.PageError += (_, error) => Note(error);
        page.Console += (_, message) =>
        {
            // The browser itself tells of answers that are not 2xx; the page deals with those.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                Note(message.Text);
        };
    }

    /// <summary>The window.</summary>
    public IPage Page { get; }

    public static async Task<Visit> BeginAsync(IBrowserContext context, Uri address)
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        context.SetDefaultTimeout(Patience);
        var visit = new Visit(context, await context.NewPageAsync());
        await visit.Page.GotoAsync(address.ToString());
        return visit;
    }

    /// <summary>Takes a picture for people to look at, if they name a folder for it (<c>WORKFLOW_TEST_PICTURES</c>).</summary>
    public async Task ShootAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("WORKFLOW_TEST_PICTURES") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });
    }

    /// <summary>A node on the canvas.</summary>
    public ILocator Node(string id) => Page.Locator($".react-flow__node[data-id=\"{id}\"]");

    /// <summary>A button that is called exactly so.</summary>
    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>A dialog.</summary>
    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    /// <summary>
    /// Waits until the window's address matches a pattern. It is asked for again and again: waiting for the navigation itself misses one
    /// that is over before the wait has begun.
    /// </summary>
    public Task SeeAddressAsync(string pattern) =>
        Assertions.Expect(Page).ToHaveURLAsync(new Regex(pattern, RegexOptions.None, TimeSpan.FromSeconds(1)));

    /// <summary>
    /// Waits until the page asks the server for nothing. It is asked for more than once, for the same reason as the address.
    /// </summary>
    public async Task BeIdleAsync()
    {
        const int Rounds = 6;
        for (var round = 1; ; round++)
        {
            try
            {
                await Page.WaitForLoadStateAsync(LoadState.NetworkIdle, new() { Timeout = Patience / Rounds });
                return;
            }
            catch (TimeoutException) when (round < Rounds)
            {
            }
        }
    }

    /// <summary>Waits until the execution that is shown has this status.</summary>
    public Task SeeStatusAsync(string status) => Assertions.Expect(Page.Locator($"header [data-status={status}]").First).ToBeVisibleAsync();

    /// <summary>Waits until a node of the execution that is shown has this status.</summary>
    public Task SeeNodeAsync(string id, string status) =>
        Assertions.Expect(Node(id).Locator($"[data-status={status}]").First).ToBeVisibleAsync();

    /// <summary>Drags a node type onto the canvas, to a place that is counted from the canvas's corner.</summary>
    public Task DropAsync(string nodeType, float x, float y) =>
        Page.Locator($"[data-node-type={nodeType}]")
            .DragToAsync(Page.Locator(".editor-canvas"), new() { TargetPosition = new() { X = x, Y = y } });

    /// <summary>Drags a node type onto a node of the canvas, to a place that is counted in parts of that node's size.</summary>
    public async Task DropOnAsync(string nodeType, string node, float x, float y)
    {
        var box = await StillAsync(Node(node));
        await Page.Locator($"[data-node-type={nodeType}]")
            .DragToAsync(Node(node), new() { TargetPosition = new() { X = x * box.Width, Y = y * box.Height } });
    }

    /// <summary>Draws an edge from one node to another with the mouse.</summary>
    public async Task ConnectAsync(string source, string target, string? handle = null)
    {
        var from = Node(source)
            .Locator(handle is null ? ".react-flow__handle.source" : $".react-flow__handle.source[data-handleid={handle}]");
        var to = Node(target).Locator(".react-flow__handle.target");
        await DragAsync(await CenterAsync(from), await CenterAsync(to));
    }

    /// <summary>Presses the mouse at one place and lets it go at another.</summary>
    public async Task DragAsync((float X, float Y) from, (float X, float Y) to)
    {
        await Page.Mouse.MoveAsync(from.X, from.Y);
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync((from.X + to.X) / 2, (from.Y + to.Y) / 2, new() { Steps = 4 });
        await Page.Mouse.MoveAsync(to.X, to.Y, new() { Steps = 4 });
        await Page.Mouse.UpAsync();
    }

    public static async Task<(float X, float Y)> CenterAsync(ILocator locator)
    {
        var box = await StillAsync(locator);
        return (box.X + (box.Width / 2), box.Y + (box.Height / 2));
    }

    /// <summary>
    /// Where something is, once it has come to rest: the canvas moves while it is fitted to the window. Frames are counted, not time: on
    /// a busy machine nothing moves for long, and then goes on.
    /// </summary>
    public static async Task<LocatorBoundingBoxResult> StillAsync(ILocator locator)
    {
        var deadline = DateTime.UtcNow.AddMilliseconds(Patience);
        LocatorBoundingBoxResult? last = null;
        for (var same = 0; DateTime.UtcNow < deadline;)
        {
            var box = await locator.BoundingBoxAsync();
            same = box is not null && last is not null && (box.X, box.Y, box.Width, box.Height) == (last.X, last.Y, last.Width, last.Height)
                ? same + 1
                : 0;
            if (same == 2)
                return box!;
            last = box;
            await locator.Page.EvaluateAsync(SomeFrames);
        }

        throw new TimeoutException("It never came to rest.");
    }

    /// <summary>Nothing went wrong in the window: no script failed, and nothing was asked for that the page may not have.</summary>
    public void AssertNoErrors()
    {
        lock (_errors)
            Assert.Empty(_errors);
    }

    public async ValueTask DisposeAsync()
    {
        // A request that is held back as the window closes is no failure of anybody.
        if (!Page.IsClosed)
            await Page.UnrouteAllAsync(new() { Behavior = UnrouteBehavior.IgnoreErrors });
        await _context.DisposeAsync();
    }

    private void Note(string error)
    {
        lock (_errors)
            _errors.Add(error);
    }
}
