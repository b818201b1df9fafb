using Dapper;
using Npgsql;

namespace WorkflowFunctions.Database;

/// <summary>
/// Runs the statements of the program (<see cref="Sql"/>) by name; their parameters are the members of an object, in the schema's words.
/// </summary>
internal static class RecordQueries
{
    extension(NpgsqlConnection connection)
    {
        /// <summary>All rows.</summary>
        public async Task<IReadOnlyList<T>> QueryAsync<T>(
            string name, object? arguments, CancellationToken cancellationToken, NpgsqlTransaction? transaction = null) =>
            (await connection.QueryAsync<T>(Command(name, arguments, transaction, cancellationToken))).AsList();

        /// <summary>The one row.</summary>
        /// <exception cref="InvalidOperationException">There is none, or more than one.</exception>
        public Task<T> QuerySingleAsync<T>(
            string name, object? arguments, CancellationToken cancellationToken, NpgsqlTransaction? transaction = null) =>
            connection.QuerySingleAsync<T>(Command(name, arguments, transaction, cancellationToken));

        /// <summary>The one row; null if there is none.</summary>
        /// <exception cref="InvalidOperationException">There is more than one.</exception>
        public Task<T?> QuerySingleOrDefaultAsync<T>(
            string name, object? arguments, CancellationToken cancellationToken, NpgsqlTransaction? transaction = null) =>
            connection.QuerySingleOrDefaultAsync<T>(Command(name, arguments, transaction, cancellationToken));

        /// <summary>Runs a statement that gives no rows.</summary>
        /// <returns>How many rows it changed.</returns>
        public Task<int> ExecuteAsync(
            string name, object? arguments, CancellationToken cancellationToken, NpgsqlTransaction? transaction = null) =>
            connection.ExecuteAsync(Command(name, arguments, transaction, cancellationToken));
    }

    extension(NpgsqlDataSource database)
    {
        /// <summary>All rows, over a connection of nobody in particular.</summary>
        public async Task<IReadOnlyList<T>> QueryAsync<T>(string name, object? arguments, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            return await connection.QueryAsync<T>(name, arguments, cancellationToken);
        }
    }

    extension(RecordConnections database)
    {
        /// <summary>All rows, over a connection of the caller's.</summary>
        public async Task<IReadOnlyList<T>> QueryAsync<T>(string name, object? arguments, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            return await connection.QueryAsync<T>(name, arguments, cancellationToken);
        }

        /// <summary>The one row, over a connection of the caller's.</summary>
        /// <exception cref="InvalidOperationException">There is none, or more than one.</exception>
        public async Task<T> QuerySingleAsync<T>(string name, object? arguments, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            return await connection.QuerySingleAsync<T>(name, arguments, cancellationToken);
        }

        /// <summary>The one row, over a connection of the caller's; null if there is none.</summary>
        /// <exception cref="InvalidOperationException">There is more than one.</exception>
        public async Task<T?> QuerySingleOrDefaultAsync<T>(string name, object? arguments, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            return await connection.QuerySingleOrDefaultAsync<T>(name, arguments, cancellationToken);
        }

        /// <summary>Runs a statement that gives no rows, over a connection of the caller's.</summary>
        /// <returns>How many rows it changed.</returns>
        public async Task<int> ExecuteAsync(string name, object? arguments, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            return await connection.ExecuteAsync(name, arguments, cancellationToken);
        }
    }

    private static CommandDefinition Command(
        string name, object? arguments, NpgsqlTransaction? transaction, CancellationToken cancellationToken) =>
        new(Sql.Read(name), arguments, transaction, cancellationToken: cancellationToken);
}
