using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using WorkflowFunctions.Api.Page;

namespace WorkflowFunctions.Tests.Hosting;

public sealed class WebPageTests : IAsyncLifetime
{
    private const string Script = "console.log('a script that is long enough to be compressed')";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("webpage");
    private readonly List<WebApplication> _apps = [];
    private HttpClient _client = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_root.FullName, "index.html"), "<title>page</title>", CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_root.CreateSubdirectory("assets").FullName, "app-1.js"), Script, CancellationToken);
        await using (var file = File.Create(Path.Combine(_root.FullName, "assets", "app-1.js.gz")))
        await using (var gzip = new GZipStream(file, CompressionLevel.Optimal))
            await gzip.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Script), CancellationToken);
        await using (var file = File.Create(Path.Combine(_root.FullName, "assets", "app-1.js.br")))
        await using (var brotli = new BrotliStream(file, CompressionLevel.Optimal))
            await brotli.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Script), CancellationToken);
        _client = await StartAsync(_root.FullName);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _apps)
            await app.DisposeAsync();
        _root.Delete(recursive: true);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/executions")]
    [InlineData("/executions/exec-1?node=copy")]
    public async Task Addresses_of_the_page_answer_its_start(string address)
    {
        using var response = await _client.GetAsync(address, CancellationToken);
        Assert.Equal("<title>page</title>", await response.Content.ReadAsStringAsync(CancellationToken));
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.True(response.Headers.CacheControl!.NoCache);
    }

    [Fact]
    public async Task The_browser_may_run_nothing_from_elsewhere_and_nothing_inline()
    {
        using var response = await _client.GetAsync("/", CancellationToken);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("gzip, deflate, br", "br")]
    public async Task Assets_are_kept_for_good_and_sent_compressed_to_those_who_take_it(string taken, string sent)
    {
        using var plain = await _client.GetAsync("/assets/app-1.js", CancellationToken);
        Assert.Equal(Script, await plain.Content.ReadAsStringAsync(CancellationToken));
        Assert.Contains("immutable", plain.Headers.CacheControl!.ToString(), StringComparison.Ordinal);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/app-1.js");
        request.Headers.AcceptEncoding.ParseAdd(taken);
        using var compressed = await _client.SendAsync(request, CancellationToken);
        Assert.Equal(sent, Assert.Single(compressed.Content.Headers.ContentEncoding));
        Assert.Equal("text/javascript", compressed.Content.Headers.ContentType!.MediaType);
        var stream = await compressed.Content.ReadAsStreamAsync(CancellationToken);
        await using Stream content = sent == "br"
            ? new BrotliStream(stream, CompressionMode.Decompress)
            : new GZipStream(stream, CompressionMode.Decompress);
        using var reader = new StreamReader(content);
        Assert.Equal(Script, await reader.ReadToEndAsync(CancellationToken));
    }

    [Fact]
    public async Task What_the_browser_has_is_not_sent_again()
    {
        using var first = await _client.GetAsync("/", CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await _client.SendAsync(request, CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/api/unknown")]
    [InlineData("GET", "/openapi/unknown")]
    [InlineData("GET", "/scalar/unknown")]
    [InlineData("GET", "/assets/gone.js")]
    [InlineData("POST", "/executions")]
    public async Task The_page_answers_for_nothing_else(string method, string address)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        using var response = await _client.SendAsync(request, CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(0, response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Endpoints_come_before_the_page()
    {
        Assert.Equal("api", await _client.GetStringAsync("/api/known", CancellationToken));
    }

    [Fact]
    public async Task Without_the_files_it_says_how_to_build_them()
    {
        var client = await StartAsync(_root.CreateSubdirectory("empty").FullName);
        using var response = await client.GetAsync("/", CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("dotnet build", await response.Content.ReadAsStringAsync(CancellationToken), StringComparison.Ordinal);
    }

    private async Task<HttpClient> StartAsync(string webRoot)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, WebRootPath = webRoot });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        _apps.Add(app);
        app.MapGet("/api/known", () => "api");
        app.UseWebPage(app.Environment.WebRootFileProvider);
        await app.StartAsync(CancellationToken);
        return new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }
}
