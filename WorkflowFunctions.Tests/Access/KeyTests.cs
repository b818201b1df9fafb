using System.Net;
using WorkflowFunctions.Api.Keys;
using WorkflowFunctions.Tests.EndToEnd;

namespace WorkflowFunctions.Tests.Access;

public class KeyTests(SecuredApi api) : IClassFixture<SecuredApi>
{
    [Fact]
    public async Task A_key_is_shown_once_and_only_its_hash_is_kept()
    {
        using var admin = await api.ClientAsync("admin");

        var made = await admin.PostAsync("/api/keys", new { name = "Pipeline", scope = "run", workspaces = new[] { "acme" } });

        Assert.Equal(HttpStatusCode.Created, made.Status);
        var key = made["key"].GetString()!;
        Assert.StartsWith("wfk_", key, StringComparison.Ordinal);
        Assert.DoesNotContain(key, (await admin.GetAsync("/api/keys")).Json.GetRawText(), StringComparison.Ordinal);
        var stored = Assert.Single(
            await api.Database.QueryAsync<string>("SELECT row_to_json(k)::text FROM workflow_api_keys k WHERE id = $1", made.Id));
        Assert.DoesNotContain(key, stored, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(ApiKeySecret.Hash(key)), stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_works_until_it_is_revoked_and_tells_when_it_was_used()
    {
        using var admin = await api.ClientAsync("admin");
        var made = await admin.PostAsync("/api/keys", new { name = "Short", workspaces = new[] { "acme" } });
        Assert.Equal(System.Text.Json.JsonValueKind.Null, made["last_used_at"].ValueKind);
        using var client = api.Server.ClientWith(made["key"].GetString()!);

        var works = await client.GetAsync("/api/templates");
        var listed = (await admin.GetAsync("/api/keys")).Json.EnumerateArray().Single(key => key.GetProperty("id").GetString() == made.Id);
        var revoked = await admin.DeleteAsync($"/api/keys/{made.Id}");
        var refused = await client.GetAsync("/api/templates");

        Assert.Equal(HttpStatusCode.OK, works.Status);
        Assert.NotEqual(System.Text.Json.JsonValueKind.Null, listed.GetProperty("last_used_at").ValueKind);
        Assert.NotEqual(System.Text.Json.JsonValueKind.Null, revoked["revoked_at"].ValueKind);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
    }

    [Fact]
    public async Task A_key_may_be_sent_in_a_header_of_its_own()
    {
        var key = await SecuredApi.KeyAsync(api.Server, "read", "acme");

        Assert.Equal(HttpStatusCode.OK, (await api.Server.Client.GetAsync("/api/session", ("X-Api-Key", key))).Status);
    }

    [Fact]
    public async Task Nobody_makes_a_key_that_reaches_further_than_their_own()
    {
        using var admin = await api.ClientAsync("admin", "acme");

        var wider = await admin.PostAsync("/api/keys", new { name = "Wider", workspaces = new[] { "acme", "globex" } });
        var unknown = await admin.PostAsync("/api/keys", new { name = "Wider", workspaces = new[] { "acme", "nowhere" } });
        var unsaid = await admin.PostAsync("/api/keys", new { name = "Unsaid" });

        Assert.Equal(HttpStatusCode.BadRequest, wider.Status);
        Assert.Equal(unknown.Json.GetRawText().Replace("nowhere", "globex", StringComparison.Ordinal), wider.Json.GetRawText());
        Assert.Equal("acme", Assert.Single(unsaid["workspaces"].EnumerateArray()).GetString());
    }

    [Fact]
    public async Task A_confined_admin_neither_sees_nor_revokes_keys_that_reach_further()
    {
        using var admin = await api.ClientAsync("admin");
        using var confined = await api.ClientAsync("admin", "acme");
        var all = await admin.PostAsync("/api/keys", new { name = "All" });
        var both = await admin.PostAsync("/api/keys", new { name = "Both", workspaces = new[] { "acme", "globex" } });

        var listed = (await confined.GetAsync("/api/keys")).Json.GetRawText();

        Assert.DoesNotContain(all.Id, listed, StringComparison.Ordinal);
        Assert.DoesNotContain(both.Id, listed, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await confined.DeleteAsync($"/api/keys/{all.Id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await confined.DeleteAsync($"/api/keys/{both.Id}")).Status);
    }

    [Fact]
    public async Task Keys_are_made_listed_and_revoked_by_the_command_line()
    {
        var connection = api.Database.ConnectionString;

        var made = await RunAsync("keys", "create", "--name", "Robot", "--scope", "run", "--workspace", "acme", "--connection", connection);
        var key = made.Output.Split('\n').Single(line => line.StartsWith("wfk_", StringComparison.Ordinal)).Trim();
        using var client = api.Server.ClientWith(key);
        var session = await client.GetAsync("/api/session");
        var id = (await api.Database.QueryAsync<string>("SELECT id FROM workflow_api_keys WHERE key_hash = $1", ApiKeySecret.Hash(key)))[0];
        var listed = await RunAsync("keys", "list", "--connection", connection);
        var revoked = await RunAsync("keys", "revoke", id, "--connection", connection);

        Assert.Equal((0, 0, 0), (made.ExitCode, listed.ExitCode, revoked.ExitCode));
        Assert.Equal(("Robot", "run"), (session["name"].GetString(), session["scope"].GetString()));
        Assert.Contains("Robot", listed.Output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/session")).Status);
        Assert.NotEqual(
            0, (await RunAsync("keys", "create", "--name", "Nowhere", "--workspace", "nowhere", "--connection", connection)).ExitCode);
        Assert.NotEqual(0, (await RunAsync("keys", "create", "--name", "Unsaid", "--connection", connection)).ExitCode);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var process = ServerProcess.Run(arguments);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }
}
