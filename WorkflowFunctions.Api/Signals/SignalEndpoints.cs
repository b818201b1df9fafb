using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes.Types;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Signals;

/// <summary><c>/api/executions/{id}/signals/{name}</c></summary>
internal static class SignalEndpoints
{
    private const int MaxNameLength = 500;

    public static void MapSignals(this IEndpointRouteBuilder api) => api
        .MapPost("/executions/{id}/signals/{name}", SendAsync)
        .For(AccessScope.Run, AccessKind.Execution)
        .WithTags("Executions")
        .WithSummary("Send a signal to an execution")
        .WithDescription(
            "It is kept until a node waits for it, and given to one. To answer an approval, name its node and send { decision, comment?, decided_by? }; "
            + "an approval is answered once.")
        .BodyProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

    private static async Task<Accepted<ExecutionRow>> SendAsync(
        string id,
        string name,
        JsonBody body,
        Caller caller,
        HttpContext context,
        ExecutionReader reader,
        WorkflowPlans plans,
        SignalStore signals,
        EngineCalls engine,
        CancellationToken cancellationToken)
    {
        if (name.Length > MaxNameLength || name.StartsWith(SubWorkflowNode.SignalPrefix, StringComparison.Ordinal))
            throw ApiException.BadParameter("name", name, $"at most {MaxNameLength} characters that do not begin with {SubWorkflowNode.SignalPrefix}");
        var row = await reader.FindAsync(id, cancellationToken);
        var isAnswer = await IsApprovalAsync(row, name, plans, cancellationToken);
        var (payload, sender) = isAnswer ? Answer(body.Json, caller) : (body.Json.GetRawText(), caller.Name);
        switch (await signals.SendAsync(new NewSignal(id, name, payload, isAnswer, sender), cancellationToken))
        {
            case SignalReceipt.AnsweredBefore:
                throw await AnsweredAsync(row, name, signals, cancellationToken);
            case SignalReceipt.ExecutionEnded:
                throw Ended(await reader.FindAsync(id, cancellationToken));
            default:
                await engine.SignalledAsync(id, name);
                return TypedResults.Accepted(Links.Execution(context, id), row);
        }
    }

    private static async Task<bool> IsApprovalAsync(ExecutionRow row, string name, WorkflowPlans plans, CancellationToken cancellationToken) =>
        row.TemplateVersion is not null
        && (await plans.GetAsync(row.TemplateVersion, cancellationToken)).Plan?.Graph.Find(NodePath.Parse(name).NodeId) is { Type: ApprovalNode.TypeName };

    private static (string Payload, string Sender) Answer(JsonElement body, Caller caller)
    {
        var problems = new List<Problem>();
        var decision = Text(body, "decision", problems);
        var comment = Text(body, "comment", problems);
        var decidedBy = Text(body, "decided_by", problems);
        if (problems.Count == 0 && !ApprovalNode.Answer.IsDecision(decision))
            problems.Add(new Problem("/decision", decision is null ? "The answer has no decision." : $"The decision '{decision}' is not known.", "approved or rejected"));
        if (problems.Count > 0)
            throw ApiException.Invalid(problems);
        // Whoever has said who they are decides under no other name.
        var sender = caller.IsLocal && !string.IsNullOrEmpty(decidedBy) ? decidedBy : caller.Name;
        var answer = new JsonObject { ["decision"] = decision, ["comment"] = comment, ["decided_by"] = sender };
        return (answer.ToJsonString(), sender);
    }

    private static string? Text(JsonElement body, string name, List<Problem> problems)
    {
        if (body is not { ValueKind: JsonValueKind.Object } answer || !answer.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString();
        problems.Add(new Problem("/" + name, "The value is no text.", "a string"));
        return null;
    }

    private static async Task<ApiException> AnsweredAsync(ExecutionRow row, string name, SignalStore signals, CancellationToken cancellationToken)
    {
        var answer = await signals.FindAnswerAsync(row.Id, name, cancellationToken);
        var decision = answer?.Payload is { ValueKind: JsonValueKind.Object } payload && payload.TryGetProperty("decision", out var given) ? given.GetString() : null;
        return new ApiException(ApiProblem.Of(
            StatusCodes.Status409Conflict,
            $"'{name}' was answered before: {decision ?? "it is decided"}, by {answer?.CreatedBy ?? "someone"} at {answer?.CreatedAt:u}. An approval is answered once.") with
        { ExecutionStatus = row.Status });
    }

    private static ApiException Ended(ExecutionRow row) => new(ApiProblem.Of(
        StatusCodes.Status409Conflict,
        $"The execution '{row.Id}' is {row.Status}. It takes signals only while it is pending, running or paused.") with
    { ExecutionStatus = row.Status });
}
