using System.Text.Json;
using Microsoft.AspNetCore.Http;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes.Settings;
using WorkflowFunctions.Nodes.Types;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Tasks;

/// <summary>
/// Takes the answers of people: checks who gives them and what they say, keeps them, and tells the engine when one decides.
/// </summary>
internal sealed class TaskAnswers(
    TaskStore tasks, ExecutionReader reader, WorkflowPlans plans, SignalStore signals, EngineCalls engine, TimeProvider time)
{
    private static readonly JsonElement s_nothing = JsonElement.Parse("{}");

    /// <summary>Finds a task.</summary>
    /// <exception cref="ApiException">404: there is none.</exception>
    public async Task<TaskRow> FindAsync(string taskId, CancellationToken cancellationToken) =>
        await tasks.FindAsync(taskId, cancellationToken) ?? throw ApiException.NotFound("task", taskId);

    /// <summary>Answers a task.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="request">The answer.</param>
    /// <param name="respondent">Who gives it.</param>
    /// <param name="link">The link that it came by; null for none.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The task after it.</returns>
    /// <exception cref="ApiException">The answer is refused, or there is no such task.</exception>
    public async Task<TaskRow> AnswerAsync(
        string taskId, AnswerRequest request, Respondent respondent, string? link, CancellationToken cancellationToken)
    {
        var task = await FindAsync(taskId, cancellationToken);
        var row = await reader.FindAsync(task.ExecutionId, cancellationToken);
        var asking = await FindAskingAsync(row, task.NodeId, cancellationToken) ?? throw ApiException.NotFound("task", taskId);
        await AnswerAsync(row, asking, request, respondent, link, cancellationToken);
        return await FindAsync(taskId, cancellationToken);
    }

    /// <summary>The node of an execution that asks people under a name; null for any other. In a loop each item is asked.</summary>
    /// <exception cref="ApiException">400: the name does not say for which item.</exception>
    public async Task<AskingNode?> FindAskingAsync(ExecutionRow row, string name, CancellationToken cancellationToken)
    {
        var path = NodePath.Parse(name);
        var graph = row.TemplateVersion is null ? null : (await plans.GetAsync(row.TemplateVersion, cancellationToken)).Plan?.Graph;
        if (graph?.Find(path.NodeId) is not { Type: ApprovalNode.TypeName } node)
            return null;
        var depth = graph.Depth(node.Id);
        return path.Depth == depth
            ? new AskingNode(new Question(row.Id, name, [name, .. graph.Containers(path).Select(loop => loop.ToString())]), node.Data)
            : throw ApiException.BadParameter("name", name, node.Id + string.Concat(Enumerable.Repeat("#<item>", depth)));
    }

    /// <summary>Answers what a node asks. A node that says nothing of who is asked, and what, may be answered before it asks.</summary>
    /// <exception cref="ApiException">The answer is refused.</exception>
    public async Task AnswerAsync(
        ExecutionRow row, AskingNode asking, AnswerRequest request, Respondent respondent, string? link,
        CancellationToken cancellationToken)
    {
        var name = asking.Question.Name;
        var task = await tasks.FindAsync(Ids.OfJob(row.Id, name), cancellationToken);
        var isAsked = task?.JobStatus is not (null or JobStatus.Pending or JobStatus.Running);
        if (!isAsked && !ApprovalSettings.IsPlain(asking.Data) && !ExecutionStatus.IsEnded(row.Status))
            throw Refused(StatusCodes.Status409Conflict, $"'{name}' does not ask yet; whom and what it asks is known when it does.", row);
        if (task?.RefusalOf(respondent, time.GetUtcNow()) is { } refusal)
            throw Refused(StatusCodes.Status403Forbidden, refusal, row);
        var settings = task?.Input is null ? new ApprovalSettings { Choices = ApprovalSettings.ChoicesOf(asking.Data) } : task.Settings;
        if (Check(request, settings) is { Count: > 0 } problems)
        {
            // Nobody has to mend an answer that comes too late.
            throw isAsked && !task!.IsOpen
                ? TooLate(row, name, await signals.FindDecisionAsync(asking.Question, cancellationToken))
                : ApiException.Invalid(problems);
        }

        var answer = new ApprovalAnswer(request.Decision!, request.Values, request.Comment, respondent.Name, time.GetUtcNow(), link);
        var receipt = await signals.AnswerAsync(
            asking.Question,
            JsonSerializer.Serialize(answer, SettingsSchema.Json),
            respondent.Name,
            given => Outcome(settings, given),
            cancellationToken);
        switch (receipt)
        {
            // What was decided says more than that the execution has ended since.
            case SignalReceipt.Decided:
            case SignalReceipt.ExecutionEnded when isAsked:
                throw TooLate(
                    await reader.FindAsync(row.Id, cancellationToken), name,
                    await signals.FindDecisionAsync(asking.Question, cancellationToken));
            case SignalReceipt.AnsweredBefore:
                throw Refused(
                    StatusCodes.Status409Conflict, $"'{respondent.Name}' has answered '{name}' before; it still waits for others.", row);
            case SignalReceipt.ExecutionEnded:
                throw Ended(await reader.FindAsync(row.Id, cancellationToken));
            case SignalReceipt.Kept:
                await engine.SignalledAsync(row.Id, name);
                break;
        }
    }

    /// <summary>What has been decided by answers; null if more are needed.</summary>
    private static string? Outcome(ApprovalSettings settings, IReadOnlyList<string> given)
    {
        var answers = given.Select(static answer => JsonSerializer.Deserialize<ApprovalAnswer>(answer, SettingsSchema.Json)!).ToList();
        if (settings.Decide([.. answers.Select(answer => answer.Decision)]) is not { } decision)
            return null;
        var decisive = answers.FindLast(answer => answer.Decision == decision);
        return JsonSerializer.Serialize(
            new ApprovalOutcome(decision, decisive?.Values, decisive?.Comment, decisive?.AnsweredBy, answers), SettingsSchema.Json);
    }

    private static IReadOnlyList<Problem> Check(AnswerRequest request, ApprovalSettings settings)
    {
        var problems = new List<Problem>();
        if (request.Decision is null || !settings.Decisions.Contains(request.Decision))
        {
            problems.Add(new Problem(
                "/decision",
                request.Decision is null ? "The answer has no decision." : $"The decision '{request.Decision}' is not known.",
                string.Join(" or ", settings.Decisions)));
        }

        if (settings.Form is { ValueKind: JsonValueKind.Object } form && AuthorSchema.Read(form).Schema is { } schema)
            problems.AddRange(Check(request.Values ?? s_nothing, schema));
        else if (request.Values is not null)
            problems.Add(new Problem("/values", "Nothing is to be filled in.", "an answer without values"));
        return problems;
    }

    private static IEnumerable<Problem> Check(JsonElement values, AuthorSchema form) => values.ValueKind == JsonValueKind.Object
        ? form.Find(values).Select(problem => new Problem("/values" + problem.Pointer, problem.Detail, "what the form asks for"))
        : [new Problem("/values", "The values are no object.", "an object with the fields of the form")];

    /// <summary>Says what has been decided, or that the execution has ended with nothing decided.</summary>
    private static ApiException TooLate(ExecutionRow row, string name, Decision decision)
    {
        if (decision is { Answer: null, Status: null })
            return Ended(row);
        var settled = decision.NodeId == name ? "it" : $"its loop '{decision.NodeId}'";
        return Refused(
            StatusCodes.Status409Conflict,
            decision.Answer is not null
                ? $"'{name}' was answered before: {decision.Answer}, by {decision.DecidedBy ?? "someone"} at {decision.DecidedAt:u}. "
                    + "An approval is decided once."
                : ($"'{name}' takes no answer any more: {settled} was {decision.Status} at {decision.DecidedAt:u}. "
                    + decision.Reason).TrimEnd(),
            row);
    }

    /// <summary>Says that an execution takes no signals any more.</summary>
    public static ApiException Ended(ExecutionRow row) => Refused(
        StatusCodes.Status409Conflict,
        $"The execution '{row.Id}' is {row.Status}. It takes signals only while it is pending, running or paused.",
        row);

    private static ApiException Refused(int status, string detail, ExecutionRow row) =>
        new(ApiProblem.Of(status, detail) with { ExecutionStatus = row.Status });
}

/// <summary>A node that asks people.</summary>
/// <param name="Question">What it asks, by name.</param>
/// <param name="Data">Its <c>data</c> object, unrendered.</param>
internal sealed record AskingNode(Question Question, JsonElement Data);
