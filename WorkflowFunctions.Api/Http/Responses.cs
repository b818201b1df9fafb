using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace WorkflowFunctions.Api.Http;

/// <summary>Says in the description of the API what else an endpoint may answer.</summary>
internal static class Responses
{
    /// <summary>Adds problems of these statuses; any endpoint may answer 400 and 503.</summary>
    public static RouteHandlerBuilder Problems(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
            endpoint.Produces<ApiProblem>(status, ApiProblem.MediaType);
        return endpoint
            .Produces<ApiProblem>(StatusCodes.Status400BadRequest, ApiProblem.MediaType)
            .Produces<ApiProblem>(StatusCodes.Status503ServiceUnavailable, ApiProblem.MediaType);
    }

    /// <summary>Adds the problems of an endpoint that takes a body.</summary>
    public static RouteHandlerBuilder BodyProblems(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses) => endpoint
        .Problems(statuses)
        .Produces<ApiProblem>(StatusCodes.Status413PayloadTooLarge, ApiProblem.MediaType)
        .Produces<ApiProblem>(StatusCodes.Status415UnsupportedMediaType, ApiProblem.MediaType);
}
