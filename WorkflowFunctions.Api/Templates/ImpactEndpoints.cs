using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Templates;

/// <summary>
/// What another version would do for executions that have stopped: <c>/api/templates/{id}/impact</c> and <c>…/continue</c>.
/// </summary>
internal static class ImpactEndpoints
{
    public static void MapImpact(this IEndpointRouteBuilder api)
    {
        var template = api.MapGroup("/templates/{id}").WithTags("Templates");
        template.MapPost("/impact", PredictAsync)
            .For(AccessScope.Admin, AccessKind.Template)
            .WithSummary("Say what a version would do for executions that have failed or are paused")
            .WithDescription(
                "Which could go on with it, which of their nodes would run, and what that would cost by what these nodes have cost before. "
                    + "Nothing changes. "
                + "Executions that began with given outputs, as tests do, and those that another one has started are not among them.")
            .BodyProblems(StatusCodes.Status404NotFound);
        template.MapPost("/continue", ContinueAsync)
            .For(AccessScope.Admin, AccessKind.Template)
            .WithSummary("Have executions that have failed or are paused go on with a version")
            .WithDescription(
                $"Oldest first, up to {TemplateImpact.MaxContinued} with one call, until the next one could pass the limit of money: what "
                    + "those before it have really cost, or are "
                + "expected to cost while they run, counts. Call it again with the same Idempotency-Key until is_done: each execution goes "
                + "on once.")
            .BodyProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private static Task<ImpactReport> PredictAsync(
        string id,
        Body<ImpactRequest> body,
        Caller caller,
        TemplateImpact impact,
        CancellationToken cancellationToken,
        [Range(1, Pages.MaxLimit), Description("Of how many executions it is said one by one, the oldest ones, at the most")]
        int limit = Pages.DefaultLimit) =>
        impact.PredictAsync(id, body.Value, caller, limit, cancellationToken);

    private static Task<ContinueReport> ContinueAsync(
        string id, Body<ContinueRequest> body, Caller caller, TemplateImpact impact, CancellationToken cancellationToken,
        [FromHeader(Name = "Idempotency-Key")]
        [Description("Names what is asked for, so that it can be asked for again")]
        [StringLength(255, MinimumLength = 1)]
        string? idempotencyKey = null) =>
        impact.ContinueAsync(id, body.Value, idempotencyKey ?? Ids.New("cont"), caller, cancellationToken);
}

/// <summary>Which version, and which executions.</summary>
internal record ImpactRequest
{
    [Description("A draft of the template (nodes, edges), of which nothing is saved")]
    public JsonElement? Template { get; init; }

    [Description("A version of it that has been saved; the published one, or what was saved last, unless given, or a draft is")]
    public string? Version { get; init; }

    [Description("Which executions; those that have failed and those that are paused, unless given")]
    public IReadOnlyList<StoppedStatus>? Statuses { get; init; }
}

/// <summary>How an execution stands that may go on.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StoppedStatus>))]
internal enum StoppedStatus
{
    [JsonStringEnumMemberName("failed")]
    Failed,

    [JsonStringEnumMemberName("paused")]
    Paused,
}

/// <summary>Has executions go on.</summary>
internal sealed record ContinueRequest : ImpactRequest
{
    [Description("What all of them may cost from now on, in US dollars"), Range(0d, 1_000_000d)]
    public required decimal MaxCostUsd { get; init; }

    [Description("Why; it is kept in the event of each")]
    public string? Reason { get; init; }
}

/// <summary>What a version would do.</summary>
internal sealed record ImpactReport
{
    [Description("The version")]
    public required string Version { get; init; }

    [Description("How many executions could go on with it")]
    public required int Executions { get; init; }

    [Description("How many of them have failed")]
    public required int Failed { get; init; }

    [Description("How many of them are paused")]
    public required int Paused { get; init; }

    [Description("How many more could not; those of them in items say why")]
    public required int LeftOut { get; init; }

    [Description("How many more there are that were not looked at, because these are too many")]
    public required int NotExamined { get; init; }

    [Description("What all that would run would cost, in US dollars")]
    public required decimal CostUsd { get; init; }

    [Description("The nodes that would run, in the order of the file")]
    public required IReadOnlyList<ImpactNode> Nodes { get; init; }

    [Description("The executions, the oldest ones")]
    public required IReadOnlyList<ImpactExecution> Items { get; init; }
}

/// <summary>A node that would run.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Executions">In how many executions it would run.</param>
/// <param name="Runs">How often it would run, in all of them and for all items of loops.</param>
/// <param name="CostUsd">What that would cost, in US dollars.</param>
/// <param name="IsCostKnown">Whether it is known what one run costs: false for a node that has never come to its end.</param>
internal sealed record ImpactNode(
    string NodeId,
    [property: Description("In how many executions it would run")] int Executions,
    [property: Description(
        "How often it would run in all of them, for all items of loops; where a branch may not lead to it, by how often one did before")]
        double Runs,
    [property: Description("What that would cost, in US dollars")] decimal CostUsd,
    [property: Description("Whether it is known what one run costs: false for a node that has never come to its end")] bool IsCostKnown)
{
    /// <summary>With what it would do in one more execution.</summary>
    public ImpactNode With(ForecastNode node) =>
        new(NodeId, Executions + 1, Runs + node.Runs, CostUsd + node.CostUsd, IsCostKnown && node.IsCostKnown);
}

/// <summary>An execution that could go on.</summary>
/// <param name="Id">The execution.</param>
/// <param name="Status">How it stands.</param>
/// <param name="NodeIds">The nodes that would run in it.</param>
/// <param name="CostUsd">What that would cost.</param>
/// <param name="Obstacle">Why it cannot go on; null if it can.</param>
internal sealed record ImpactExecution(
    string Id,
    string Status,
    [property: Description("The nodes that would run in it")] IReadOnlyList<string> NodeIds,
    [property: Description("What that would cost, in US dollars")] decimal CostUsd,
    [property: Description("Why it cannot go on; null if it can")] string? Obstacle);

/// <summary>What was done.</summary>
internal sealed record ContinueReport
{
    [Description("What these executions are part of: the Idempotency-Key for the next call")]
    public required string ContinuationId { get; init; }

    [Description("The version that they go on with")]
    public required string Version { get; init; }

    [Description("How many go on, with this call and with those before it")]
    public required int Continued { get; init; }

    [Description("How many are left that have failed or are paused")]
    public required int Left { get; init; }

    [Description("What those that go on have cost since, or are expected to cost, in US dollars")]
    public required decimal CostUsd { get; init; }

    [Description("Whether it was the limit of money that ended it")]
    public required bool IsLimited { get; init; }

    [Description("Whether all is done; if not, call it again with the same Idempotency-Key")]
    public required bool IsDone { get; init; }
}
