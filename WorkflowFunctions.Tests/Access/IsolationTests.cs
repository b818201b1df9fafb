using System.Net;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Access;

/// <summary>What a workflow reaches when it runs, where no caller is asked any more.</summary>
public class IsolationTests(SecuredApi api) : IClassFixture<SecuredApi>
{
    [Fact]
    public async Task A_workflow_does_not_run_a_template_of_another_workspace()
    {
        using var acme = await api.ClientAsync("admin", SecuredApi.Acme);
        using var globex = await api.ClientAsync("admin", SecuredApi.Globex);
        var secret = await acme.SaveAsync(TestWorkflows.Greeting());

        var foreign = await RunSubWorkflowAsync(globex, secret);
        var unknown = await RunSubWorkflowAsync(globex, "tpl-none");
        var own = await RunSubWorkflowAsync(globex, await globex.SaveAsync(TestWorkflows.Greeting()));

        Assert.Equal(("failed", "failed", "completed"), (foreign.State, unknown.State, own.State));
        Assert.Equal(
            unknown["error_message"].GetString()!.Replace("tpl-none", secret, StringComparison.Ordinal),
            foreign["error_message"].GetString());
    }

    [Fact]
    public async Task A_workflow_attaches_nothing_to_a_document_of_another_workspace()
    {
        using var globex = await api.ClientAsync("admin", SecuredApi.Globex);
        await api.Database.ExecuteAsync(
            "INSERT INTO documents (id, workspace_id, title) VALUES ('doc-acme', 'acme', 'Plans'), ('doc-globex', 'globex', 'Plans')");

        var foreign = await AttachAsync(globex, "doc-acme");
        var own = await AttachAsync(globex, "doc-globex");

        Assert.Equal(("failed", "completed"), (foreign.State, own.State));
        Assert.Equal(["doc-globex"], await api.Database.QueryAsync<string>("SELECT document_id FROM document_attachments"));
    }

    [Fact]
    public async Task A_workflow_reads_the_secrets_of_its_workspace_and_those_for_all()
    {
        using var acme = await api.ClientAsync("admin", SecuredApi.Acme);
        using var globex = await api.ClientAsync("admin", SecuredApi.Globex);
        var template = new
        {
            name = "Secrets",
            nodes = new object[]
            {
                new { id = "shared", type = "transform", data = new { fields = new { size = "{{ secrets.shared | size }}" } } },
                new { id = "own", type = "transform", data = new { fields = new { size = "{{ secrets.own | size }}" } } },
            },
            edges = new object[] { TestWorkflows.Edge("shared", "own") },
        };

        var inside = await acme.RestAsync(await acme.StartAsync(await acme.SaveAsync(template)));
        var outside = await globex.RestAsync(await globex.StartAsync(await globex.SaveAsync(template)));

        Assert.Equal(("completed", "failed"), (inside.State, outside.State));
        Assert.Contains("secrets.own", outside["error_message"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approval_is_decided_by_whoever_called_whatever_the_answer_says()
    {
        using var admin = await api.ClientAsync("admin", SecuredApi.Acme);
        using var runner = await api.ClientAsync("run", SecuredApi.Acme);
        var execution = await admin.StartAsync(await admin.SaveAsync(new
        {
            name = "Approval",
            nodes = new object[] { new { id = "ask", type = "approval", data = new { message = "Go?" } } },
            edges = Array.Empty<object>(),
        }));
        await admin.UntilAsync(execution, "ask", "waiting");

        await runner.PostAsync($"/api/executions/{execution}/signals/ask", new { decision = "approved", decided_by = "the board" });
        var ended = await admin.RestAsync(execution);

        Assert.Equal("completed", ended.State);
        Assert.Equal("run of acme", ended["outputs"].GetProperty("ask").GetProperty("decided_by").GetString());
        Assert.DoesNotContain("the board", ended.Json.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_for_all_is_read_by_all_and_changed_by_nobody_who_is_confined()
    {
        using var everywhere = await api.ClientAsync("admin");
        using var acme = await api.ClientAsync("admin", SecuredApi.Acme);
        var id = await everywhere.SaveAsync(TestWorkflows.Greeting("For all"));
        await api.Database.ExecuteAsync("UPDATE workflow_templates SET workspace_id = NULL WHERE id = $1", id);

        Assert.Equal(HttpStatusCode.OK, (await acme.GetAsync($"/api/templates/{id}")).Status);
        Assert.Contains(id, (await acme.GetAsync("/api/templates")).Json.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await acme.DeleteAsync($"/api/templates/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await acme.PutAsync($"/api/templates/{id}", TestWorkflows.Greeting("Mine"))).Status);
        Assert.Equal("acme", (await acme.PostAsync("/api/executions", new { template_id = id }))["workspace_id"].GetString());
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await everywhere.DeleteAsync($"/api/templates/{await everywhere.SaveAsync(TestWorkflows.Greeting())}")).Status);
    }

    [Fact]
    public async Task A_retry_with_the_current_template_does_not_reach_one_that_has_moved_to_another_workspace()
    {
        using var everywhere = await api.ClientAsync("admin");
        using var acme = await api.ClientAsync("admin", SecuredApi.Acme);
        var template = await acme.SaveAsync(
            new
            {
                name = "No",
                nodes = new object[] { new { id = "no", type = "fail", data = new { message = "no" } } },
                edges = Array.Empty<object>(),
            });
        var execution = await acme.StartAsync(template);
        Assert.Equal("failed", (await acme.RestAsync(execution)).State);
        await api.Database.ExecuteAsync("UPDATE workflow_templates SET workspace_id = 'globex' WHERE id = $1", template);

        var refused = await acme.PostAsync($"/api/executions/{execution}/retry?template=current");
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("not there any more", refused["detail"].GetString(), StringComparison.Ordinal);
        // What it has run is its own, and a caller of both workspaces may go on with the current one.
        Assert.Equal(HttpStatusCode.Accepted, (await acme.PostAsync($"/api/executions/{execution}/retry")).Status);
        Assert.Equal("failed", (await acme.RestAsync(execution)).State);
        Assert.Equal(HttpStatusCode.Accepted, (await everywhere.PostAsync($"/api/executions/{execution}/retry?template=current")).Status);
    }

    [Fact]
    public async Task A_start_takes_no_outputs_from_an_execution_of_another_workspace_and_a_draft_is_run_by_who_may_save_it()
    {
        using var acme = await api.ClientAsync("admin", SecuredApi.Acme);
        using var everywhere = await api.ClientAsync("admin");
        using var runner = await api.ClientAsync("run", SecuredApi.Globex);
        var template = await everywhere.SaveAsync(TestWorkflows.Greeting("For all"));
        await api.Database.ExecuteAsync("UPDATE workflow_templates SET workspace_id = NULL WHERE id = $1", template);
        var secret = (await acme.PostAsync("/api/executions", new { template_id = template })).Id;

        var foreign = await runner.PostAsync("/api/executions", new { template_id = template, from_execution = secret });
        var unknown = await runner.PostAsync("/api/executions", new { template_id = template, from_execution = "exec-none" });
        var draft = await runner.PostAsync("/api/executions", new { template_id = template, template = TestWorkflows.Greeting() });

        Assert.Equal(
            (HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.Forbidden),
            (foreign.Status, unknown.Status, draft.Status));
        Assert.Equal(unknown.Json.GetRawText().Replace("exec-none", secret, StringComparison.Ordinal), foreign.Json.GetRawText());
    }

    private static async Task<ApiAnswer> RunSubWorkflowAsync(ApiClient client, string templateId) =>
        await client.RestAsync(
            await client.StartAsync(
                await client.SaveAsync(
                    new
                    {
                        name = "Parent",
                        nodes = new object[]
                        {
                            new
                            {
                                id = "child",
                                type = "sub_workflow",
                                data = new { template_id = templateId, retry = new { max_attempts = 1 } },
                            },
                        },
                        edges = Array.Empty<object>(),
                    })));

    private static async Task<ApiAnswer> AttachAsync(ApiClient client, string documentId) =>
        await client.RestAsync(
            await client.StartAsync(
                await client.SaveAsync(
                    new
                    {
                        name = "Attach",
                        nodes = new object[]
                        {
                            new { id = "paint", type = "generate_image", data = new { prompt = "A lid" } },
                            new
                            {
                                id = "attach",
                                type = "attach_images",
                                data = new { document_id = documentId, image_ids = "{{ nodes.paint.image_ids }}" },
                            },
                        },
                        edges = new object[] { TestWorkflows.Edge("paint", "attach") },
                    })));
}
