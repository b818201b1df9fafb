using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Http;

/// <summary>Why a request was not done: problem details (RFC 9457).</summary>
internal sealed record ApiProblem : IResult
{
    /// <summary>The media type of problem details.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>The kind of problem: the phrase of the HTTP status.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What is wrong with this request, and what to do about it.</summary>
    public required string Detail { get; init; }

    /// <summary>The path of the request.</summary>
    public string? Instance { get; init; }

    /// <summary>Everything that is wrong with what was sent, each with where it stands.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Problem>? Errors { get; init; }

    /// <summary>The status of the execution, where it does not allow what was asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExecutionStatus { get; init; }

    /// <summary>What was checked, where the service is not ready, and what came of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Checks { get; init; }

    /// <summary>A problem of that status.</summary>
    public static ApiProblem Of(int status, string? detail = null) => new()
    {
        Title = ReasonPhrases.GetReasonPhrase(status),
        Status = status,
        Detail = detail ?? DetailOf(status),
    };

    /// <summary>Something that was sent is wrong.</summary>
    /// <param name="errors">What, all of it.</param>
    public static ApiProblem Invalid(IReadOnlyList<Problem> errors) => Of(
        StatusCodes.Status400BadRequest,
        errors.Count == 1 ? errors[0].Detail : $"{errors.Count} things are wrong with the request; 'errors' lists them.") with
    { Errors = errors };

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var path = httpContext.Request.PathBase + httpContext.Request.Path;
        httpContext.Response.StatusCode = Status;
        if (Status == StatusCodes.Status503ServiceUnavailable)
            httpContext.Response.Headers.RetryAfter = "5";
        return httpContext.Response.WriteAsJsonAsync(
            this with { Instance = path.ToUriComponent() }, options: null, MediaType, httpContext.RequestAborted);
    }

    private static string DetailOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "This needs a key or a token. Send it as: Authorization: Bearer …",
        StatusCodes.Status404NotFound => "There is nothing at this address. GET /openapi/v1.json lists all addresses.",
        StatusCodes.Status405MethodNotAllowed => "This address does not take this method; the header Allow names those that it takes.",
        StatusCodes.Status415UnsupportedMediaType => "The body has to be JSON in UTF-8: send it with Content-Type: application/json.",
        StatusCodes.Status500InternalServerError =>
            "Something went wrong here that is not the request's fault. The server's log says what.",
        _ => ReasonPhrases.GetReasonPhrase(status) + ".",
    };
}

/// <summary>Ends a request with a problem.</summary>
internal sealed class ApiException(ApiProblem problem) : Exception(problem.Detail)
{
    private const int MaxShown = 100;

    public ApiProblem Problem { get; } = problem;

    public static ApiException NotFound(string kind, string id) =>
        new(ApiProblem.Of(StatusCodes.Status404NotFound, $"There is no {kind} '{id}'."));

    public static ApiException Invalid(params IReadOnlyList<Problem> errors) => new(ApiProblem.Invalid(errors));

    /// <summary>A header or a parameter of the query is wrong.</summary>
    public static ApiException BadParameter(string name, string? given, string expected) =>
        new(ApiProblem.Of(StatusCodes.Status400BadRequest, $"{name} is '{TextCut.To(given ?? "", MaxShown)}'; expected {expected}."));
}
