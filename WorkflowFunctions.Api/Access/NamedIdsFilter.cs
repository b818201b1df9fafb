using System.Text.Json;
using Microsoft.AspNetCore.Http;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Access;

/// <summary>
/// Checks the workspace, the template, the project and the execution that a body, or the query of a POST, names, for callers who are
/// confined to workspaces: what is not theirs is answered as what does not exist.
/// </summary>
internal sealed class NamedIdsFilter(AccessStore store) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (Caller.Find(context.HttpContext) is { Workspaces: { } workspaces })
        {
            foreach (var body in context.Arguments.OfType<IJsonBody>())
                await CheckAsync(name => Text(body.Json, name), workspaces, context.HttpContext.RequestAborted);
            if (HttpMethods.IsPost(context.HttpContext.Request.Method))
                await CheckAsync(name => context.HttpContext.Request.Query[name], workspaces, context.HttpContext.RequestAborted);
        }

        return await next(context);
    }

    private async Task CheckAsync(Func<string, string?> text, IReadOnlyList<string> workspaces, CancellationToken cancellationToken)
    {
        var (workspace, template, project) = (text("workspace_id"), text("template_id"), text("project_id"));
        if (text("on_failure") is { } onFailure
            && !await store.ContainsAsync(AccessKind.Template, onFailure, workspaces, reads: true, cancellationToken))
            throw ApiException.Invalid(new Problem("/on_failure", $"There is no template '{onFailure}'.", "the id of a template"));
        var execution = text("from_execution");
        if (workspace is null && template is null && project is null && execution is null)
            return;
        var named = await store.FindNamedAsync(workspace, template, project, execution, workspaces, cancellationToken);
        var problems = new List<Problem>();
        if (!named.HasTemplate)
            problems.Add(
                new Problem("/template_id", $"There is no template '{template}'.", "the id of a template; GET /api/templates lists them"));
        if (!named.HasWorkspace)
            problems.Add(new Problem("/workspace_id", $"There is no workspace '{workspace}'.", "the id of a workspace"));
        if (!named.HasProject)
            problems.Add(new Problem("/project_id", $"There is no project '{project}'.", "the id of a project"));
        if (!named.HasExecution)
            problems.Add(new Problem("/from_execution", $"There is no execution '{execution}'.", "the id of an execution"));
        if (problems.Count > 0)
            throw ApiException.Invalid(problems);
    }

    private static string? Text(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
