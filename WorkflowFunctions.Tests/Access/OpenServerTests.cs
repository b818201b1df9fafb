using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Api;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Access;

/// <summary>A server with nothing configured is open to the one user of its machine, and to nobody else.</summary>
public class OpenServerTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Its_user_needs_no_key_and_may_do_everything()
    {
        var session = await api.Client.GetAsync("/api/session");

        Assert.Equal((HttpStatusCode.OK, "admin", true), (session.Status, session["scope"].GetString(), session["is_open"].GetBoolean()));
    }

    [Theory]
    [InlineData("Host", "workflows.example.com")]
    [InlineData("Host", "rebound.example:5000")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Neither_a_proxy_nor_a_page_of_another_site_reaches_it(string header, string value)
    {
        var answer = await api.Client.PostAsync("/api/templates", TestWorkflows.Greeting("Foreign"), (header, value));

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("Access__Required", answer["detail"].GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Foreign", (await api.Client.GetAsync("/api/templates")).Json.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host", "localhost:5000")]
    [InlineData("Host", "[::1]:5000")]
    [InlineData("Origin", "http://localhost:5173")]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    public async Task Its_own_pages_do(string header, string value) =>
        Assert.Equal(HttpStatusCode.OK, (await api.Client.GetAsync("/api/templates", (header, value))).Status);

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://127.0.0.1:0;http://[::]:0")]
    public async Task It_does_not_start_where_others_can_reach_it(string urls)
    {
        using var process = ServerProcess.Run(["serve", "--connection", api.Database.ConnectionString, "--urls", urls]);
        var output = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, process.ExitCode);
        Assert.Contains("others can reach it", string.Join(' ', output.Split()), StringComparison.Ordinal);
        Assert.Contains("Access__Required", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nor_does_an_API_of_which_an_endpoint_says_nothing_of_its_callers()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddWorkflow(builder.Configuration).AddWorkflowApi().AddSingleton<IEngine, IdleEngine>();
        await using var app = builder.Build();
        app.MapGet("/api/forgotten", () => "secret");

        var refusal = Assert.Throws<InvalidOperationException>(() => app.MapWorkflowApi());

        Assert.Contains("/api/forgotten", refusal.Message, StringComparison.Ordinal);
    }
}
