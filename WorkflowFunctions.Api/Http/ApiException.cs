using Microsoft.AspNetCore.Http;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Http;

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
