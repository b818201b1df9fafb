using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Nodes.Types;

namespace WorkflowFunctions.Api.Tasks;

/// <summary><c>/api/tasks</c>: what workflows ask people.</summary>
internal static class TaskEndpoints
{
    public static void MapTasks(this IEndpointRouteBuilder api)
    {
        var tasks = api.MapGroup("/tasks").WithTags("Tasks");
        tasks.MapGet("", ListAsync)
            .For(AccessScope.Read)
            .WithSummary("List what workflows ask people, newest first")
            .WithDescription(
                "asked=me are those that ask the caller by name, or anyone; asked=groups those that ask a group of the caller; "
                    + "asked=anyone all. "
                + "A task that the caller has answered, or may not answer, is not among the first two while it is open.")
            .Problems();
        tasks.MapGet("/{id}", FindAsync)
            .For(AccessScope.Read, AccessKind.HumanTask, noun: "task")
            .WithSummary("Read a task")
            .Problems(StatusCodes.Status404NotFound);
        tasks.MapPost("/{id}/answer", AnswerAsync)
            .For(AccessScope.Run, AccessKind.HumanTask, noun: "task")
            .WithSummary("Answer a task")
            .WithDescription(
                "In the name of the key or the token; each may answer once. Only those who are asked may, and values have to fit the form. "
                + "When as many say the same as the node requires, it is decided, and answers after that get 409 and are told by whom.")
            .BodyProblems(StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    /// <summary>
    /// Who a caller answers as. The one user of an open server may say who that is, and counts as a member of every group.
    /// </summary>
    public static Respondent RespondentOf(Caller caller, string? decidedBy) =>
        caller.IsLocal
            ? new Respondent(string.IsNullOrEmpty(decidedBy) ? caller.Name : decidedBy, null)
            : new Respondent(caller.Name, caller.Groups);

    private static async Task<Page<TaskView>> ListAsync(
        Caller caller,
        TaskStore tasks,
        TimeProvider time,
        CancellationToken cancellationToken,
        [Description("Whom they ask: me, groups, or anyone"), AllowedValues("me", "groups", "anyone")] string asked = "me",
        [Description("Those that are open, or done"), AllowedValues("open", "done")] string status = "open",
        [FromQuery(Name = "workspace_id"), Description("Only those of this workspace")] string? workspaceId = null,
        [FromQuery(Name = "execution_id"), Description("Only those of this execution")] string? executionId = null,
        [Range(1, Pages.MaxLimit), Description("How many at the most")] int limit = Pages.DefaultLimit,
        [Description("The next_cursor of the page before")] string? cursor = null)
    {
        if (asked is not ("me" or "groups" or "anyone"))
            throw ApiException.BadParameter("asked", asked, "me, groups or anyone");
        if (status is not ("open" or "done"))
            throw ApiException.BadParameter("status", status, "open or done");
        var respondent = RespondentOf(caller, null);
        var filter = new TaskFilter
        {
            IsOpen = status == "open",
            // The one user of an open server is everybody.
            Asked = caller.IsLocal ? "anyone" : asked,
            WorkspaceId = workspaceId,
            Workspaces = caller.Workspaces,
            ExecutionId = executionId,
            Limit = limit + 1,
            After = Pages.Cursor(cursor),
        };
        var now = time.GetUtcNow();
        var page = Pages.Of(await tasks.ListAsync(filter, respondent, cancellationToken), limit, static row => (row.OpenedAt, row.Id));
        return new Page<TaskView>([.. page.Items.Select(row => TaskView.Of(row, respondent, caller.IsLocal, now))], page.NextCursor);
    }

    private static async Task<TaskView> FindAsync(
        string id, Caller caller, TaskAnswers answers, TimeProvider time, CancellationToken cancellationToken) =>
        TaskView.Of(await answers.FindAsync(id, cancellationToken), RespondentOf(caller, null), caller.IsLocal, time.GetUtcNow());

    private static async Task<TaskView> AnswerAsync(
        string id, Body<AnswerRequest> body, Caller caller, TaskAnswers answers, TimeProvider time, CancellationToken cancellationToken)
    {
        var respondent = RespondentOf(caller, body.Value.DecidedBy);
        var row = await answers.AnswerAsync(id, body.Value, respondent, link: null, cancellationToken);
        return TaskView.Of(row, respondent, caller.IsLocal, time.GetUtcNow());
    }
}

/// <summary>What a person answers.</summary>
internal sealed record AnswerRequest
{
    /// <summary>One of the choices of the task.</summary>
    [Description("What is decided: one of the choices of the task")]
    public string? Decision { get; init; }

    [Description("The form, filled in")]
    public JsonElement? Values { get; init; }

    [Description("Why")]
    public string? Comment { get; init; }

    [Description("Who answers; only on a server without logins, elsewhere it is the caller")]
    public string? DecidedBy { get; init; }
}

/// <summary>What people are asked, as the API shows it.</summary>
internal sealed record TaskView
{
    /// <summary>The id: that of the job.</summary>
    public required string Id { get; init; }

    /// <summary>The execution that asks.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>The node that asks, as the record names it.</summary>
    public required string NodeId { get; init; }

    /// <summary>The workspace.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The template.</summary>
    public required string TemplateId { get; init; }

    /// <summary>What people read of the template.</summary>
    public required string? TemplateName { get; init; }

    /// <summary>Who started the execution.</summary>
    public required string? StartedBy { get; init; }

    /// <summary><c>open</c> or <c>done</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Whether the caller may answer it now.</summary>
    public required bool MayAnswer { get; init; }

    /// <summary>What is asked, in Markdown.</summary>
    public required string? Message { get; init; }

    /// <summary>What is to be filled in: the JSON Schema of an object; null for nothing.</summary>
    public required JsonElement? Form { get; init; }

    /// <summary>What can be decided.</summary>
    public required IReadOnlyList<string> Choices { get; init; }

    /// <summary>Who is asked by name; without names and groups, anyone.</summary>
    public required IReadOnlyList<string> Assignees { get; init; }

    /// <summary>The groups whose members are asked.</summary>
    public required IReadOnlyList<string> Groups { get; init; }

    /// <summary>Who is asked too from <see cref="RemindsAt"/> on.</summary>
    public required IReadOnlyList<string> EscalateTo { get; init; }

    /// <summary>Who may not answer.</summary>
    public required IReadOnlyList<string> NotBy { get; init; }

    /// <summary>How many have to decide the same.</summary>
    public required int Required { get; init; }

    /// <summary>What people have answered, in the order in which they did.</summary>
    public required IReadOnlyList<ApprovalAnswer> Answers { get; init; }

    /// <summary>What was decided; null while nothing is, or if the node has failed.</summary>
    public required string? Decision { get; init; }

    /// <summary>Why the node failed, or was given up.</summary>
    public required string? ErrorMessage { get; init; }

    /// <summary>When it was asked.</summary>
    public required DateTimeOffset? OpenedAt { get; init; }

    /// <summary>When those who are asked are reminded; null for never.</summary>
    public required DateTimeOffset? RemindsAt { get; init; }

    /// <summary>Until when it can be answered; null for as long as it takes.</summary>
    public required DateTimeOffset? DueAt { get; init; }

    /// <summary>When the node went on.</summary>
    public required DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Shows a task to somebody.</summary>
    /// <param name="row">The task.</param>
    /// <param name="respondent">Who looks.</param>
    /// <param name="isEverybody">Whether they may answer in anybody's name.</param>
    /// <param name="now">The time now.</param>
    public static TaskView Of(TaskRow row, Respondent respondent, bool isEverybody, DateTimeOffset now)
    {
        var settings = row.Settings;
        var answers = row.ReadAnswers();
        var hasAnswered = answers.Any(answer => string.Equals(answer.AnsweredBy, respondent.Name, StringComparison.OrdinalIgnoreCase));
        return new TaskView
        {
            Id = row.Id,
            ExecutionId = row.ExecutionId,
            NodeId = row.NodeId,
            WorkspaceId = row.WorkspaceId,
            TemplateId = row.TemplateId,
            TemplateName = row.TemplateName,
            StartedBy = row.StartedBy,
            Status = row.IsOpen ? "open" : "done",
            MayAnswer = row.IsOpen && (isEverybody || (!hasAnswered && row.RefusalOf(respondent, now) is null)),
            Message = settings.Message,
            Form = settings.Form,
            Choices = settings.Decisions,
            Assignees = settings.Assignees ?? [],
            Groups = settings.Groups ?? [],
            EscalateTo = settings.EscalateTo ?? [],
            NotBy = settings.NotBy ?? [],
            Required = settings.Required,
            Answers = answers,
            Decision = row.Output is { ValueKind: JsonValueKind.Object } output && output.TryGetProperty("decision", out var decision)
                ? decision.GetString()
                : null,
            ErrorMessage = row.ErrorMessage,
            OpenedAt = row.OpenedAt,
            RemindsAt = settings.RemindAfterSeconds is { } reminder ? row.OpenedAt?.AddSeconds(reminder) : null,
            DueAt = settings.TimeoutSeconds is { } timeout ? row.OpenedAt?.AddSeconds(timeout) : null,
            ClosedAt = row.ClosedAt,
        };
    }
}
