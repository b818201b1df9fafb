using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Nodes.Network;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Network;

/// <summary>Where the HTTP calls of workflows get to.</summary>
public sealed class OutboundTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private WebApplication _inside = null!;
    private int _calls;

    private string Inside => _inside.Urls.Single();

    private int Port => new Uri(Inside).Port;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _inside = builder.Build();
        _inside.Urls.Add("http://127.0.0.1:0");
        _inside.MapGet("/", () => $"call {Interlocked.Increment(ref _calls)}");
        _inside.MapGet("/away", () => Results.Redirect($"http://localhost:{Port}/"));
        _inside.MapGet("/out", () => Results.Redirect($"{Inside}/"));
        _inside.MapMethods(
            "/headers",
            ["GET", "POST"],
            (HttpContext context) =>
                context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()));
        _inside.MapGet("/headers/near", () => Results.Redirect("/headers"));
        _inside.MapGet("/headers/far", () => Results.Redirect($"http://localhost:{Port}/headers"));
        _inside.MapGet("/headers/far-and-back", () => Results.Redirect($"http://localhost:{Port}/headers/back"));
        _inside.MapGet("/headers/back", () => Results.Redirect($"{Inside}/headers"));
        _inside.MapPost("/headers/far", () => Results.Redirect($"http://localhost:{Port}/headers", permanent: false, preserveMethod: true));
        _inside.MapGet("/around", () => Results.Redirect("/around"));
        _inside.MapGet("/file", () => Results.Redirect("file:///etc/passwd"));
        _inside.MapGet("/flood", async context =>
        {
            var chunk = new byte[1_000_000];
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        });
        _inside.MapGet("/drip", async context =>
        {
            await context.Response.StartAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await _inside.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _inside.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_server_with_callers_reaches_neither_this_machine_nor_private_networks_nor_metadata_services()
    {
        await using var server = await StartAsync(("Access:Required", "true"));
        string[] addresses =
        [
            Inside, $"http://localhost:{Port}/", $"http://0.0.0.0:{Port}/", $"http://[::1]:{Port}/", $"http://[::ffff:127.0.0.1]:{Port}/",
            $"http://2130706433:{Port}/", $"http://0x7f000001:{Port}/", $"http://127.1:{Port}/", "http://169.254.169.254/latest/meta-data/",
            "http://10.0.0.1/", "http://192.168.0.1/", "http://172.16.0.1/", "http://168.63.129.16/", "http://[fd00:ec2::254]/",
            "http://[fe80::1]/",
        ];

        foreach (var address in addresses)
        {
            var execution = await GetAsync(server, address);
            Assert.Equal((address, "failed"), (address, execution.State));
            Assert.Contains("may not call here", execution["error_message"].GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(0, _calls);
    }

    [Fact]
    public async Task A_refused_address_is_not_tried_again()
    {
        await using var server = await StartAsync(("Access:Required", "true"));

        var execution = await GetAsync(server, Inside, attempts: 5);

        Assert.Equal(1, execution["jobs"][0].GetProperty("attempt").GetInt32());
    }

    [Fact]
    public async Task A_redirect_leads_no_further_than_a_call()
    {
        await using var server = await StartAsync(("Access:Required", "true"), ("Http:AllowedHosts:0", "127.0.0.1"));

        Assert.Equal("completed", (await GetAsync(server, Inside)).State);
        // The name is another one than the address that is allowed, but it is the same place.
        Assert.Equal("completed", (await GetAsync(server, Inside + "/away")).State);
        Assert.Equal("failed", (await GetAsync(server, Inside + "/around")).State);
        Assert.Equal("failed", (await GetAsync(server, Inside + "/file")).State);
    }

    [Theory]
    [InlineData("GET", "/headers/near", true)]
    [InlineData("GET", "/headers/far", false)]
    [InlineData("POST", "/headers/far", false)]
    [InlineData("GET", "/headers/far-and-back", false)]
    public async Task A_redirect_takes_headers_along_to_the_same_origin_only(string method, string path, bool isTakenAlong)
    {
        await using var server = await StartAsync();
        string[] own = ["authorization", "cookie", "x-api-key", "idempotency-key", "referer", "content-language"];
        var node = new
        {
            id = "call",
            type = "http_request",
            data = new
            {
                method,
                url = Inside + path,
                headers = own.Append("accept")
                    .ToDictionary(
                        name => name,
                        name =>
                            name switch
                            {
                                "referer" => "http://own.example",
                                "accept" => "text/own",
                                _ => "own",
                            }),
                body = method == "POST" ? "text" : null,
            },
        };

        var execution = await server.Client.RestAsync(await server.Client.StartAsync(await server.Client.SaveAsync(
            new { name = "Redirect", nodes = new object[] { node }, edges = Array.Empty<object>() })));

        Assert.Equal("completed", execution.State);
        var headers = execution["outputs"].GetProperty("call").GetProperty("body");
        Assert.Equal("text/own", headers.GetProperty("accept").GetString());
        Assert.All(own, name => Assert.Equal((name, isTakenAlong), (name, headers.TryGetProperty(name, out _))));
    }

    [Fact]
    public async Task A_redirect_from_an_allowed_host_to_one_that_is_not_is_refused()
    {
        await using var server = await StartAsync(("Access:Required", "true"), ("Http:AllowedHosts:0", "localhost"));

        var execution = await GetAsync(server, $"http://localhost:{Port}/out");

        Assert.Equal("failed", execution.State);
        Assert.Contains("may not call here", execution["error_message"].GetString(), StringComparison.Ordinal);
        Assert.Equal(0, _calls);
    }

    [Fact]
    public async Task A_name_that_changes_its_address_after_it_was_checked_gains_nothing()
    {
        var lookup = new ChangingLookup();
        await using var server = await ApiServer.StartAsync(
            _database.ConnectionString, services => services.AddLocalEngine().AddSingleton<HostLookup>(lookup),
            ("Access:Required", "true"));

        // The first time it is a public address, which nobody answers at; from then on it is this machine.
        for (var i = 0; i < 2; i++)
            Assert.Equal("failed", (await GetAsync(server, $"http://rebinding.example:{Port}/", timeoutSeconds: 2)).State);

        Assert.Equal(2, lookup.Lookups);
        Assert.Equal(0, _calls);
    }

    [Theory]
    [InlineData("Http:AllowPrivateAddresses", "true")]
    [InlineData("Http:AllowedHosts:0", "127.0.0.1")]
    [InlineData("Http:AllowedHosts:0", "127.0.0.0/8")]
    public async Task Whoever_runs_the_server_may_allow_it(string name, string value)
    {
        await using var server = await StartAsync(("Access:Required", "true"), (name, value));

        Assert.Equal("completed", (await GetAsync(server, Inside)).State);
    }

    [Fact]
    public async Task On_an_open_server_it_is_allowed_unless_forbidden()
    {
        await using (var open = await StartAsync())
            Assert.Equal("completed", (await GetAsync(open, Inside)).State);
        await using (var strict = await StartAsync(("Http:AllowPrivateAddresses", "false")))
            Assert.Equal("failed", (await GetAsync(strict, Inside)).State);
    }

    [Fact]
    public async Task An_answer_without_end_ends_at_the_limit()
    {
        await using var server = await StartAsync();

        var flood = await GetAsync(server, Inside + "/flood");
        var drip = await GetAsync(server, Inside + "/drip", timeoutSeconds: 1);

        Assert.Contains("larger than 10 MB", flood["error_message"].GetString(), StringComparison.Ordinal);
        Assert.Equal("failed", drip.State);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2001:4860:4860::8888", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("100.100.100.200", false)]
    [InlineData("192.0.0.192", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("fd12::1", false)]
    public void Special_addresses_are_told_from_public_ones(string address, bool isPublic) =>
        Assert.Equal(isPublic, PublicAddresses.Contains(IPAddress.Parse(address)));

    private Task<ApiServer> StartAsync(params (string Name, string Value)[] settings) =>
        ApiServer.StartAsync(_database.ConnectionString, services => services.AddLocalEngine(), settings);

    private static async Task<ApiAnswer> GetAsync(ApiServer server, string url, int attempts = 1, double timeoutSeconds = 30)
    {
        using var client = await Access.SecuredApi.ClientAsync(server, "admin");
        return await client.RestAsync(
            await client.StartAsync(
                await client.SaveAsync(
                    new
                    {
                        name = "Call",
                        nodes = new object[]
                        {
                            new
                            {
                                id = "call",
                                type = "http_request",
                                data = new
                                {
                                    url,
                                    timeout_seconds = timeoutSeconds,
                                    retry = new { max_attempts = attempts, delay_seconds = 0 },
                                },
                            },
                        },
                        edges = Array.Empty<object>(),
                    })));
    }

    private sealed class ChangingLookup : HostLookup
    {
        public int Lookups { get; private set; }

        public override Task<IPAddress[]> FindAsync(string host, CancellationToken cancellationToken) =>
            Task.FromResult<IPAddress[]>([Lookups++ == 0 ? IPAddress.Parse("93.184.215.14") : IPAddress.Loopback]);
    }
}
