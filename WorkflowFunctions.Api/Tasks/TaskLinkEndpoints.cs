using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Documents;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Tasks;

/// <summary>
/// <c>/api/tasks/{id}/links</c> makes addresses that answer a task without a login; <c>/api/answers/{token}</c> is such an address.
/// </summary>
internal static class TaskLinkEndpoints
{
    public static void MapTaskLinks(this IEndpointRouteBuilder api)
    {
        var links = api.MapGroup("/tasks/{id}/links").WithTags("Tasks");
        links.MapPost("", CreateAsync)
            .For(AccessScope.Admin, AccessKind.HumanTask, noun: "task")
            .WithSummary("Make an address that answers a task without a login")
            .WithDescription(
                "Once, in the name of one person who is asked, and for a time. "
                + "The answer shows the token and the address this one time; only a hash is kept.")
            .BodyProblems(StatusCodes.Status404NotFound);
        links.MapGet("", static async (string id, TaskAnswers answers, TaskLinkStore links, CancellationToken cancellationToken) =>
            await links.ListAsync(await answers.FindAsync(id, cancellationToken), cancellationToken))
            .WithName("task_link_list")
            .For(AccessScope.Read, AccessKind.HumanTask, noun: "task")
            .WithSummary("List the links of a task")
            .WithDescription("Without their tokens.")
            .Problems(StatusCodes.Status404NotFound);
        links.MapDelete("/{link}", RevokeAsync)
            .For(AccessScope.Admin, AccessKind.HumanTask, noun: "task")
            .WithSummary("Revoke a link of a task")
            .WithDescription("It does not work from now on. What has been answered by it stays.")
            .Problems(StatusCodes.Status404NotFound);

        var answers = api.MapGroup("/answers").WithTags("Tasks");
        answers.MapGet("/{token}", FindAsync)
            .ForAnyone()
            .WithSummary("Read the task that a link answers")
            .WithMetadata(SecretAddress.Instance)
            .Problems(StatusCodes.Status404NotFound);
        answers.MapGet("/{token}/documents/{document}/content", FindDocumentAsync)
            .ForAnyone()
            .WithSummary("Read a document that the task of a link shows")
            .WithDescription("One that its form offers, or its message shows; no other one.")
            .WithMetadata(SecretAddress.Instance)
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .Problems(StatusCodes.Status404NotFound);
        answers.MapPost("/{token}", AnswerAsync)
            .ForAnyone()
            .WithSummary("Answer a task by a link")
            .WithDescription("In the name that the link was made for. The link works no more after that.")
            .WithMetadata(Body<AnswerRequest>.Metadata, SecretAddress.Instance)
            .BodyProblems(StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private static async Task<Created<CreatedTaskLink>> CreateAsync(
        string id,
        Body<TaskLinkRequest> body,
        Caller caller,
        HttpContext context,
        TaskAnswers answers,
        TaskLinkStore links,
        CancellationToken cancellationToken)
    {
        var task = await answers.FindAsync(id, cancellationToken);
        // People whom it is passed on to later may be given a link before.
        if (task.RefusalOf(new Respondent(body.Value.AnswersAs, null), DateTimeOffset.MaxValue) is { } refusal)
            throw ApiException.Invalid(new Problem("/answers_as", refusal, "who is asked"));
        var token = AddressToken.New();
        var row = await links.CreateAsync(
            Ids.New("link"), token, task, body.Value.AnswersAs, body.Value.ExpiresInSeconds, caller.Name, cancellationToken);
        return TypedResults.Created(Links.TaskLink(context, id, row.Id), new CreatedTaskLink(row, token, Links.Answer(context, token)));
    }

    private static async Task<NoContent> RevokeAsync(string id, string link, TaskLinkStore links, CancellationToken cancellationToken) =>
        await links.RevokeAsync(id, link, cancellationToken) ? TypedResults.NoContent() : throw ApiException.NotFound("link", link);

    private static async Task<LinkedTask> FindAsync(
        string token, TaskLinkStore links, TaskAnswers answers, TimeProvider time, CancellationToken cancellationToken)
    {
        var link = await FindLinkAsync(token, links, cancellationToken);
        return LinkedTask.Of(await answers.FindAsync(link.TaskId, cancellationToken), link, time.GetUtcNow());
    }

    private static async Task<FileContentHttpResult> FindDocumentAsync(
        string token, string document, HttpContext context, TaskLinkStore links, CancellationToken cancellationToken)
    {
        var link = await FindLinkAsync(token, links, cancellationToken);
        var content = await links.FindDocumentAsync(link, document, cancellationToken)
            ?? throw ApiException.NotFound("document of the task", document);
        return DocumentEndpoints.Answer(context, content);
    }

    private static async Task<LinkedTask> AnswerAsync(
        string token, HttpContext context, TaskLinkStore links, TaskAnswers answers, TimeProvider time, CancellationToken cancellationToken)
    {
        // Nobody else is listened to: the token comes before the body.
        var link = await FindLinkAsync(token, links, cancellationToken);
        var body = (await JsonBody.ReadAsync(context)).Json;
        if (Body<AnswerRequest>.Check(body) is { Count: > 0 } problems)
            throw ApiException.Invalid(problems);
        var row = await answers.AnswerAsync(
            link.TaskId, Body<AnswerRequest>.Read(body), new Respondent(link.AnswersAs, null), link.Id, cancellationToken);
        return LinkedTask.Of(row, link, time.GetUtcNow());
    }

    private static async Task<UsableLink> FindLinkAsync(string token, TaskLinkStore links, CancellationToken cancellationToken) =>
        await links.FindByTokenAsync(token, cancellationToken)
        ?? throw new ApiException(ApiProblem.Of(
            StatusCodes.Status404NotFound, "No link has this token, or it was used or revoked, or its time is over."));
}

/// <summary>Asks for a link.</summary>
internal sealed record TaskLinkRequest
{
    private const double Day = 86_400;

    [Description("Who answers by it: one of those who are asked"), MinLength(1)]
    public required string AnswersAs { get; init; }

    /// <summary>How long it may be used, in seconds; a week unless given.</summary>
    [Description("How many seconds it may be used; a week unless given"), Range(1d, 90 * Day)]
    public double ExpiresInSeconds { get; init; } = 7 * Day;
}

/// <summary>A link that has just been made, with what is shown this one time.</summary>
internal sealed record CreatedTaskLink : TaskLinkRow
{
    [SetsRequiredMembers]
    internal CreatedTaskLink(TaskLinkRow row, string token, string url)
        : base(row) => (Token, Url) = (token, url);

    /// <summary>The secret in its address. It is not kept, and cannot be shown again.</summary>
    [JsonPropertyOrder(1)]
    public string Token { get; init; }

    /// <summary>The address of the page that answers the task. <c>/api/answers/{token}</c> is what the page calls.</summary>
    [JsonPropertyOrder(2)]
    public string Url { get; init; }
}

/// <summary>What somebody who has a link sees of a task.</summary>
internal sealed record LinkedTask
{
    /// <summary>What people read of the template.</summary>
    public required string? TemplateName { get; init; }

    /// <summary>The name that is answered in.</summary>
    public required string AnswersAs { get; init; }

    /// <summary><c>open</c> or <c>done</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Whether it can be answered now.</summary>
    public required bool MayAnswer { get; init; }

    /// <summary>What is asked, in Markdown.</summary>
    public required string? Message { get; init; }

    /// <summary>What is to be filled in: the JSON Schema of an object; null for nothing.</summary>
    public required JsonElement? Form { get; init; }

    /// <summary>What can be decided.</summary>
    public required IReadOnlyList<string> Choices { get; init; }

    /// <summary>Until when the link may be used.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    internal static LinkedTask Of(TaskRow row, UsableLink link, DateTimeOffset now)
    {
        var task = TaskView.Of(row, new Respondent(link.AnswersAs, null), isEverybody: false, now);
        return new LinkedTask
        {
            TemplateName = task.TemplateName,
            AnswersAs = link.AnswersAs,
            Status = task.Status,
            MayAnswer = task.MayAnswer,
            Message = task.Message,
            Form = task.Form,
            Choices = task.Choices,
            ExpiresAt = link.ExpiresAt,
        };
    }
}
