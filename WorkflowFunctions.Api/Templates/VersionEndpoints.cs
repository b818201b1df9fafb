using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Templates;

/// <summary>
/// What was saved of a template, which version of it runs, and its pins: <c>/api/templates/{id}/versions</c>, <c>…/publish</c>,
/// <c>…/pins</c>.
/// </summary>
internal static class VersionEndpoints
{
    public static void MapTemplateVersions(this IEndpointRouteBuilder api)
    {
        var template = api.MapGroup("/templates/{id}").WithTags("Templates");
        template.MapGet("/versions", ListAsync)
            .For(AccessScope.Read, AccessKind.Template)
            .WithSummary("List the saves of a template, newest first")
            .WithDescription("Each with its version, who saved it and why, and how many executions have run it. A version is the hash of a "
                + "graph: the same graph saved twice is one version.")
            .Problems(StatusCodes.Status404NotFound);
        template.MapGet("/versions/{version}", FindAsync)
            .For(AccessScope.Read, AccessKind.Template)
            .WithSummary("Read a version of a template")
            .WithDescription("To restore it, save its graph again.")
            .Problems(StatusCodes.Status404NotFound);
        template.MapPost("/publish", PublishAsync)
            .For(AccessScope.Admin, AccessKind.Template)
            .WithSummary("Publish a version of a template")
            .WithDescription("From then on schedules, hooks, sub-workflows and starts run this version, whatever is saved, until another "
                + "one is published or this is taken back. One that cannot be run is refused, with its problems.")
            .BodyProblems(StatusCodes.Status404NotFound);
        template.MapDelete("/publish", UnpublishAsync)
            .For(AccessScope.Admin, AccessKind.Template)
            .WithSummary("Let a template run as it is saved")
            .Problems(StatusCodes.Status404NotFound);
        template.MapPut("/pins/{node}", PinAsync)
            .For(AccessScope.Admin, AccessKind.Template)
            .WithSummary("Pin an output to a node")
            .WithDescription("The editor gives it to the runs that it starts, so that the node does not run; nothing else uses it.")
            .BodyProblems(StatusCodes.Status404NotFound);
        template.MapDelete("/pins/{node}", UnpinAsync)
            .For(AccessScope.Admin, AccessKind.Template)
            .WithSummary("Unpin the output of a node")
            .Problems(StatusCodes.Status404NotFound);
    }

    private static async Task<Page<TemplateSave>> ListAsync(
        string id,
        TemplateStore templates,
        CancellationToken cancellationToken,
        [Range(1, Pages.MaxLimit), Description("How many at the most")] int limit = Pages.DefaultLimit,
        [Description("The next_cursor of the page before")] string? cursor = null)
    {
        _ = await templates.FindAsync(id, cancellationToken) ?? throw ApiException.NotFound("template", id);
        return Pages.Of(
            await templates.ListSavesAsync(id, limit + 1, Pages.Cursor(cursor), cancellationToken), limit,
            static save => (save.SavedAt, save.Id));
    }

    private static async Task<SavedVersion> FindAsync(
        string id, string version, TemplateStore templates, CancellationToken cancellationToken) =>
        await templates.FindVersionAsync(id, version, cancellationToken) ?? throw ApiException.NotFound("version of the template", version);

    private static async Task<TemplateRow> PublishAsync(
        string id, Body<PublishRequest> body, TemplateStore templates, NodeCatalog catalog, CancellationToken cancellationToken)
    {
        var template = await templates.FindAsync(id, cancellationToken) ?? throw ApiException.NotFound("template", id);
        var (nodes, edges) = body.Value.Version is not { } version ? (template.NodesJson, template.EdgesJson)
            : await templates.FindVersionAsync(id, version, cancellationToken) is { } saved ? (saved.NodesJson, saved.EdgesJson)
            : default;
        if (nodes.ValueKind != JsonValueKind.Undefined
            && GraphReader.Read(new WorkflowFile(nodes, edges), catalog).Problems is { Count: > 0 } problems)
            throw ApiException.Invalid(problems);
        return await templates.PublishAsync(id, body.Value.Version, cancellationToken) ?? throw ApiException.Invalid(
            new Problem(
                "/version", $"The template has no version '{body.Value.Version}'.", $"one that GET /api/templates/{id}/versions lists"));
    }

    private static async Task<TemplateRow> UnpublishAsync(string id, TemplateStore templates, CancellationToken cancellationToken) =>
        await templates.UnpublishAsync(id, cancellationToken) ?? throw ApiException.NotFound("template", id);

    private static async Task<TemplateRow> PinAsync(
        string id, string node, Body<PinRequest> body, TemplateStore templates, CancellationToken cancellationToken) =>
        await templates.PinAsync(id, node, StorableJson.Of(body.Value.Output.GetRawText()), body.Value.Branch, cancellationToken)
            ?? throw ApiException.NotFound("template", id);

    private static async Task<TemplateRow> UnpinAsync(
        string id, string node, TemplateStore templates, CancellationToken cancellationToken) =>
        await templates.PinAsync(id, node, null, null, cancellationToken) ?? throw ApiException.NotFound("template", id);
}

/// <summary>Publishes a version.</summary>
internal sealed record PublishRequest
{
    [Description("The version; what was saved last, unless given")]
    public string? Version { get; init; }
}

/// <summary>Pins an output.</summary>
internal sealed record PinRequest
{
    [Description("The output: any JSON")]
    public required JsonElement Output { get; init; }

    [Description("The branch that the node takes, if it has branches")]
    public string? Branch { get; init; }
}
