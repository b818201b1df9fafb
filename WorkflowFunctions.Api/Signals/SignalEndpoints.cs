using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Api.Tasks;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes.Types;

namespace WorkflowFunctions.Api.Signals;

/// <summary><c>/api/executions/{id}/signals/{name}</c></summary>
internal static class SignalEndpoints
{
    private const int MaxNameLength = 500;

    /// <summary>What the names of signals begin with that the program has for itself.</summary>
    private static readonly string[] s_reserved = [SubWorkflowNode.SignalPrefix, TaskNode.SignalPrefix, SignalStore.AnswerPrefix];

    public static void MapSignals(this IEndpointRouteBuilder api) => api
        .MapPost("/executions/{id}/signals/{name}", SendAsync)
        .For(AccessScope.Run, AccessKind.Execution)
        .WithTags("Executions")
        .WithSummary("Send a signal to an execution")
        .WithDescription(
            "It is kept until a node waits for it, and given to one. To answer an approval, name its node and send what POST "
                + "/api/tasks/{id}/answer takes.")
        .BodyProblems(StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

    private static async Task<Accepted<ExecutionRow>> SendAsync(
        string id,
        string name,
        JsonBody body,
        Caller caller,
        HttpContext context,
        ExecutionReader reader,
        TaskAnswers answers,
        SignalStore signals,
        EngineCalls engine,
        CancellationToken cancellationToken)
    {
        if (name.Length > MaxNameLength || s_reserved.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            throw ApiException.BadParameter(
                "name", name, $"at most {MaxNameLength} characters that do not begin with {string.Join(" or ", s_reserved)}");
        var row = await reader.FindAsync(id, cancellationToken);
        if (await answers.FindAskingAsync(row, name, cancellationToken) is { } asking)
        {
            if (Body<AnswerRequest>.Check(body.Json) is { Count: > 0 } problems)
                throw ApiException.Invalid(problems);
            var request = Body<AnswerRequest>.Read(body.Json);
            await answers.AnswerAsync(
                row, asking, request, TaskEndpoints.RespondentOf(caller, request.DecidedBy), link: null, cancellationToken);
        }
        else
        {
            if (await signals.SendAsync(new NewSignal(id, name, body.Json.GetRawText(), caller.Name), cancellationToken)
                == SignalReceipt.ExecutionEnded)
                throw TaskAnswers.Ended(await reader.FindAsync(id, cancellationToken));
            await engine.SignalledAsync(id, name);
        }

        return TypedResults.Accepted(Links.Execution(context, id), row);
    }
}
