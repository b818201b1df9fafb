using Microsoft.AspNetCore.Http;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Http;

/// <summary>What an error of PostgreSQL means to the client (PostgreSQL, appendix A, "Error Codes").</summary>
internal static class DatabaseProblems
{
    /// <summary>Whether it says that a row refers to one that does not exist, or is referred to.</summary>
    public static bool IsForeignKey(PostgresException exception) => exception.SqlState == PostgresErrorCodes.ForeignKeyViolation;

    /// <summary>Saves a row that refers to others.</summary>
    /// <param name="save">Saves it.</param>
    /// <param name="given">The ids that were sent, by field.</param>
    /// <exception cref="ApiException">400: one of the ids does not exist.</exception>
    public static async Task<T> SaveAsync<T>(Func<Task<T>> save, params IReadOnlyList<(string Field, string? Id)> given)
    {
        try
        {
            return await save();
        }
        catch (PostgresException exception) when (IsForeignKey(exception))
        {
            throw UnknownId(exception, given);
        }
    }

    private static ApiException UnknownId(PostgresException exception, IReadOnlyList<(string Field, string? Id)> given)
    {
        var constraint = exception.ConstraintName ?? "";
        var (field, id) = given.FirstOrDefault(pair => constraint.Contains(pair.Field, StringComparison.OrdinalIgnoreCase));
        if (field is null)
            return ApiException.Invalid(
                new Problem(
                    "", $"An id does not exist ({constraint}).",
                    "ids that exist, in " + string.Join(", ", given.Select(pair => pair.Field))));
        var kind = field switch
        {
            "created_by" => "user",
            "on_failure" => "template",
            _ => field.Replace("_id", ""),
        };
        return ApiException.Invalid(new Problem($"/{field}", $"There is no {kind} '{id}'.", $"the id of a {kind}"));
    }

    /// <summary>The problem that an error is, unless a feature knows better.</summary>
    public static ApiProblem Describe(NpgsqlException exception) => exception is not PostgresException { SqlState: var state } error
        ? Unavailable("PostgreSQL does not answer.")
        : state switch
        {
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn =>
                Unavailable("The database does not have the schema of this version. Migrate it."),
            PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable =>
                Unavailable("Others were changing the same rows. Try again."),
            // What the functions for workers refuse, in their own words (0070_worker_tasks.sql).
            "WF404" => ApiProblem.Of(StatusCodes.Status404NotFound, error.MessageText),
            "WF409" => ApiProblem.Of(StatusCodes.Status409Conflict, error.MessageText),
            ['0', '8', ..] or ['2', '8', ..] or ['3', 'D', ..] or ['5', '3', ..] or ['5', '7', 'P', ..] or ['5', '8', ..] =>
                Unavailable("PostgreSQL cannot be used at the moment."),
            // The second wall: the application's own check has let something through. What is in another workspace is as if it were not
            // there.
            PostgresErrorCodes.InsufficientPrivilege when Confinement.Workspaces is not null =>
                ApiProblem.Of(StatusCodes.Status404NotFound, "There is no such thing."),
            // A rule of an application's own on the tables, or a right that the role lacks: the administrator of the database can mend it.
            ['2', '3', ..] or PostgresErrorCodes.InsufficientPrivilege =>
                ApiProblem.Of(StatusCodes.Status500InternalServerError, DatabaseErrors.Describe(error)),
            ['2', '2', ..] or ['5', '4', ..] =>
                ApiProblem.Of(StatusCodes.Status400BadRequest, $"The database cannot store what was sent: {error.MessageText}."),
            _ => ApiProblem.Of(StatusCodes.Status500InternalServerError),
        };

    private static ApiProblem Unavailable(string detail) => ApiProblem.Of(StatusCodes.Status503ServiceUnavailable, detail);
}
