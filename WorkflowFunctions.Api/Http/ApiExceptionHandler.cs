using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Api.Retention;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Http;

/// <summary>
/// Turns exceptions into problems. What a client sends never ends as a 500, and a 500 shows nothing of what is inside but the table and the
/// column whose rule PostgreSQL has kept.
/// </summary>
internal sealed class ApiExceptionHandler(ILogger<ApiExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
            return true;
        var problem = Describe(httpContext, exception);
        // An answer that was meant, such as "not ready" to a probe every few seconds, is no accident.
        if (problem.Status >= StatusCodes.Status500InternalServerError && exception is not ApiException)
            Log(httpContext, exception);
        await problem.ExecuteAsync(httpContext);
        return true;
    }

    private void Log(HttpContext context, Exception exception)
    {
        var (method, path) = (context.Request.Method, SecretAddress.ForLog(EndpointOf(context), context.Request.Path));
        logger.LogError(exception.ForLog(), "{Method} {Path} failed", method, path);
    }

    private static ApiProblem Describe(HttpContext context, Exception exception) => exception switch
    {
        ApiException known => known.Problem,
        MaintenanceBusyException busy => ApiProblem.Of(StatusCodes.Status409Conflict, busy.Message),
        BadHttpRequestException bad => RequestParameters.ExplainFailure(EndpointOf(context), context.Request.Query)
            ?? ApiProblem.Of(bad.StatusCode, bad.StatusCode == StatusCodes.Status400BadRequest ? bad.Message : null),
        ArchiveUnavailableException archive => ApiProblem.Of(StatusCodes.Status503ServiceUnavailable, archive.Message),
        RowSecurityException => ApiProblem.Of(
            StatusCodes.Status503ServiceUnavailable, "The database does not confine callers to their workspaces, and has to."),
        NpgsqlException database => DatabaseProblems.Describe(database),
        _ => ApiProblem.Of(StatusCodes.Status500InternalServerError),
    };

    private static Endpoint? EndpointOf(HttpContext context) => context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
}
