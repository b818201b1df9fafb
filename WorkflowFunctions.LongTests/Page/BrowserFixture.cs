using Microsoft.Playwright;

namespace WorkflowFunctions.LongTests.Page;

/// <summary>
/// One Chromium for all tests of the page: the one that is installed. Without it, or without the built page, they are skipped.
/// </summary>
public sealed class BrowserFixture : IAsyncDisposable
{
    private const string PathVariable = "WORKFLOW_TEST_CHROMIUM";

    private static readonly string[] s_names =
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"];

    // So that nothing is asked of the internet.
    private static readonly string[] s_arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private readonly Lazy<Task<IBrowser>> _browser;
    private IPlaywright? _playwright;

    public BrowserFixture() => _browser = new Lazy<Task<IBrowser>>(LaunchAsync);

    /// <summary>Opens an address in a window of its own, with nothing remembered.</summary>
    public async Task<Visit> OpenAsync(Uri address, int width = 1440, int height = 900, ColorScheme colors = ColorScheme.Light)
    {
        if (Executable() is null)
            Assert.Skip($"No Chromium was found on the PATH. Install one, or name it in {PathVariable}.");
        if (!File.Exists(Path.Combine(AppContext.BaseDirectory, "wwwroot", "index.html")))
            Assert.Skip("The page was not built: npm was not found, or BuildWeb was false.");
        var browser = await _browser.Value;
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = colors,
            ReducedMotion = ReducedMotion.Reduce,
        });
        return await Visit.BeginAsync(context, address);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser.IsValueCreated && _browser.Value.IsCompletedSuccessfully)
            await (await _browser.Value).DisposeAsync();
        _playwright?.Dispose();
    }

    private static string? Executable()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } given)
            return given;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        return s_names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name + suffix))).FirstOrDefault(File.Exists);
    }

    private async Task<IBrowser> LaunchAsync()
    {
        _playwright = await Playwright.CreateAsync();
        return await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Executable(), Args = s_arguments });
    }
}
