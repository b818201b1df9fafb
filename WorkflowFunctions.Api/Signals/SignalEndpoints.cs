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

    /// <summary>What the names of signals begin with that the engine has for itself.</summary>
    private static readonly string[] s_reserved = [SubWorkflowNode.SignalPrefix, TaskNode.SignalPrefix];

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
        if (name.Length > MaxNameLength || s_reserved.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            throw ApiException.BadParameter("name", name, $"at most {MaxNameLength} characters that do not begin with {string.Join(" or ", s_reserved)}");
        var row = await reader.FindAsync(id, cancellationToken);
        var asked = await FindAskedAsync(row, name, plans, cancellationToken);
        var (payload, sender) = asked.Count > 0 ? Answer(body.Json, caller) : (body.Json.GetRawText(), caller.Name);
        var signal = new NewSignal(id, name, payload, asked, sender);
        switch (await signals.SendAsync(signal, cancellationToken))
        {
            case SignalReceipt.Decided:
                throw Decided(row, name, await signals.FindDecisionAsync(signal, cancellationToken));
            case SignalReceipt.ExecutionEnded:
                throw Ended(await reader.FindAsync(id, cancellationToken));
            default:
                await engine.SignalledAsync(id, name);
                return TypedResults.Accepted(Links.Execution(context, id), row);
        }
    }

    /// <summary>The approval that a signal answers, with the loops around it; nothing for any other signal. In a loop each item is asked.</summary>
    private static async Task<IReadOnlyList<string>> FindAskedAsync(
        ExecutionRow row, string name, WorkflowPlans plans, CancellationToken cancellationToken)
    {
        var path = NodePath.Parse(name);
        var graph = row.TemplateVersion is null ? null : (await plans.GetAsync(row.TemplateVersion, cancellationToken)).Plan?.Graph;
        if (graph?.Find(path.NodeId) is not { Type: ApprovalNode.TypeName } node)
            return [];
        var depth = graph.Depth(node.Id);
        if (path.Items.Count(static letter => letter == '#') != depth)
            throw ApiException.BadParameter("name", name, node.Id + string.Concat(Enumerable.Repeat("#<item>", depth)));
        List<string> asked = [name];
        for (var parent = node.ParentId; parent is not null; parent = graph[parent].ParentId)
            asked.Add(path.See(parent, --depth));
        return asked;
    }

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

    private static ApiException Decided(ExecutionRow row, string name, Decision decision)
    {
        var settled = decision.NodeId == name ? "it" : $"its loop '{decision.NodeId}'";
        var detail = decision.Answer is not null
            ? $"'{name}' was answered before: {decision.Answer}, by {decision.DecidedBy ?? "someone"} at {decision.DecidedAt:u}. An approval is answered once."
            : $"'{name}' takes no answer any more: {settled} was {decision.Status} at {decision.DecidedAt:u}. {decision.Reason}".TrimEnd();
        return new ApiException(ApiProblem.Of(StatusCodes.Status409Conflict, detail) with { ExecutionStatus = row.Status });
    }

    private static ApiException Ended(ExecutionRow row) => new(ApiProblem.Of(
        StatusCodes.Status409Conflict,
        $"The execution '{row.Id}' is {row.Status}. It takes signals only while it is pending, running or paused.") with
    { ExecutionStatus = row.Status });
}
