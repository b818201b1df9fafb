using System.Text.Json;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Nodes.Types;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Executions;

/// <summary>
/// Prepares starts that do not run a saved template from its beginning: drafts, outputs that are given, by hand or by an execution that has
/// recorded them, and single nodes. A fork, too, begins with what is recorded.
/// </summary>
internal sealed class GivenStart(JobStore jobs, TemplateVersions templates, WorkflowPlans plans, NodeCatalog catalog)
{
    /// <summary>Of how many nodes the event tells that they are given; more than these are counted.</summary>
    private const int MaxNamed = 100;

    /// <summary>Works out what an execution runs, and with which nodes it begins.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="template">The template as it is saved.</param>
    /// <param name="origin">The execution that it goes on from, if the request names one and it is there.</param>
    /// <param name="starter">Who asks for it.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="ApiException">400: something is wrong with it. 403: the caller may not run a draft.</exception>
    public async Task<PreparedStart> PrepareAsync(
        StartRequest request, TemplateVersion template, ExecutionRow? origin, Starter starter, CancellationToken cancellationToken)
    {
        if (request.FromExecution is { } id && origin?.TemplateId != request.TemplateId)
        {
            throw ApiException.Invalid(
                origin is null
                    ? new Problem("/from_execution", $"There is no execution '{id}'.", "the id of an execution")
                    : new Problem(
                        "/from_execution", $"The execution '{id}' is of the template '{origin.TemplateId}'.",
                        $"an execution of '{request.TemplateId}'"));
        }

        var (version, defaultParams) = await FindVersionAsync(request, template, origin, starter, cancellationToken);
        var (plan, problems) = await plans.GetAsync(version, cancellationToken);
        if (plan is null)
            throw ApiException.Invalid(problems);
        var config = StartConfig.Make(request, defaultParams, origin?.ConfigJson);
        var recorded = origin is null ? [] : await jobs.ListOutcomesAsync(origin.Id, cancellationToken);
        var outputs = request.Outputs ?? new Dictionary<string, JsonElement>();
        var rerun = origin is null ? null : RerunPlan.Of(
            plan,
            origin.TemplateVersion is null ? null : (await plans.GetAsync(origin.TemplateVersion, cancellationToken)).Plan,
            recorded,
            ChangedParams(origin.ConfigJson, config),
            [.. outputs.Keys.Select(NodePath.Parse).Where(path => plan.Graph.Find(path.NodeId) is not null)]);
        var asked =
            new GivenOutputs { Outputs = outputs, Branches = request.Branches ?? new Dictionary<string, string>(), Only = request.Only };
        var (given, wrong) = StartPlan.Make(plan, asked, rerun, recorded);
        return wrong.Count > 0 ? throw ApiException.Invalid(wrong) : new PreparedStart(version, config, new GivenJobs
        {
            OriginExecutionId = origin?.Id,
            Jobs = given,
            DefaultParallel = ForEachNode.DefaultParallel,
            Message = request.Reason ?? Describe(given, origin, isDraft: IsDraft(request)),
            EventData = JsonSerializer.Serialize(new
            {
                from_execution = origin?.Id,
                given = given.Count(job => job.Status == JobStatus.Completed),
                edited = outputs.Keys.Take(MaxNamed),
                only = request.Only?.Take(MaxNamed),
                draft = IsDraft(request),
                reason = request.Reason,
            }),
        });
    }

    /// <summary>Keeps a draft as a version, by its hash.</summary>
    /// <returns>The version.</returns>
    /// <exception cref="ApiException">400: something is wrong with it; pointers begin with <c>/template</c>.</exception>
    public Task<string> StoreAsync(JsonElement draft, CancellationToken cancellationToken)
    {
        var file = new WorkflowFile(Member(draft, "nodes"), Member(draft, "edges"));
        return GraphReader.Read(file, catalog).Problems is { Count: > 0 } problems
            ? throw ApiException.Invalid([.. problems.Select(problem => problem with { Pointer = "/template" + problem.Pointer })])
            : templates.StoreAsync(file, cancellationToken);
    }

    /// <summary>Reads a draft of no template yet, and keeps it as a version.</summary>
    /// <exception cref="ApiException">400: something is wrong with it. 403: the caller may not run a draft.</exception>
    public async Task<(string Version, UnsavedTemplate Template)> ReadUnsavedAsync(
        JsonElement draft, Starter starter, CancellationToken cancellationToken)
    {
        RequireAdmin(starter);
        var version = await StoreAsync(draft, cancellationToken);
        return (version, new UnsavedTemplate(
            Member(draft, "name") is { ValueKind: JsonValueKind.String } name && name.GetString() is { Length: > 0 } given
                ? given
                : "Untitled workflow",
            Member(draft, "nodes").GetRawText(),
            Member(draft, "edges") is { ValueKind: JsonValueKind.Array } edges ? edges.GetRawText() : "[]",
            Member(draft, "default_params") is { ValueKind: JsonValueKind.Object } defaults ? defaults.GetRawText() : null));
    }

    private static void RequireAdmin(Starter starter)
    {
        if (starter.Scope < AccessScope.Admin)
            throw new ApiException(ApiProblem.Of(403, "A draft can be run by those who may save it: this needs the scope 'admin'; "
                + $"'{starter.Name}' has '{AccessScopes.Name(starter.Scope)}'."));
    }

    private static bool IsDraft(StartRequest request) => request.Template is { ValueKind: JsonValueKind.Object };

    private async Task<(string Version, JsonElement? DefaultParams)> FindVersionAsync(
        StartRequest request, TemplateVersion template, ExecutionRow? origin, Starter starter, CancellationToken cancellationToken)
    {
        switch (request.Template)
        {
            case null or { ValueKind: JsonValueKind.Null }:
                return (template.Version, template.DefaultParams);
            case { ValueKind: JsonValueKind.String } same when same.ValueEquals("same"):
                return origin?.TemplateVersion is { } version ? (version, null) : throw ApiException.Invalid(
                    new Problem(
                        "/template", "No execution is named whose version of the template could be run.", "from_execution, or a draft"));
            case { ValueKind: JsonValueKind.Object } draft:
                RequireAdmin(starter);
                return (
                    await StoreAsync(draft, cancellationToken),
                    draft.TryGetProperty("default_params", out var defaults) ? defaults : template.DefaultParams);
            default:
                throw ApiException.Invalid(new Problem("/template", "This is no template.", "a draft with nodes and edges, or \"same\""));
        }
    }

    private static JsonElement Member(JsonElement draft, string name) => draft.TryGetProperty(name, out var value) ? value : default;

    private static HashSet<string> ChangedParams(JsonElement? former, string config)
    {
        var (before, now) = (Params(former), Params(JsonElement.Parse(config)));
        return before
            .Keys.Union(now.Keys)
            .Where(name =>
                !(before.TryGetValue(name, out var old) && now.TryGetValue(name, out var value) && JsonElement.DeepEquals(old, value)))
            .ToHashSet(StringComparer.Ordinal);
    }

    private static Dictionary<string, JsonElement> Params(JsonElement? config) =>
        ExecutionConfig.Read(config).Params is { ValueKind: JsonValueKind.Object } values
            ? values.EnumerateObject().ToDictionary(param => param.Name, param => param.Value, StringComparer.Ordinal)
            : [];

    private static string Describe(IReadOnlyList<GivenJob> given, ExecutionRow? origin, bool isDraft) =>
        $"{given.Count(job => job.Status == JobStatus.Completed)} outputs are "
            + $"given{(origin is null ? "" : $", from {origin.Id}")}{(isDraft ? "; runs a draft" : "")}";
}
