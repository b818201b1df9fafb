using Microsoft.AspNetCore.Connections;
using Npgsql;
using Spectre.Console;
using WorkflowFunctions.Api.Partitions.Conversion;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Api.Retention;
using WorkflowFunctions.Database;
using WorkflowFunctions.Database.Migrations;
using WorkflowFunctions.Local.EmbeddedPostgres;
using WorkflowFunctions.Local.Hosting;
using WorkflowFunctions.Local.Hosting.Vault;

namespace WorkflowFunctions.Local.Commands;

/// <summary>Says what went wrong in words rather than with a stack.</summary>
internal static class Failures
{
    /// <summary>Runs a command; a failure that a person can do something about is printed, and gives exit code 2.</summary>
    public static async Task<int> ReportAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (Exception exception)
            when (exception
                    is EmbeddedPostgresException
                        or MigrationException
                        or NpgsqlException
                        or CommandFailedException
                        or MaintenanceBusyException
                        or UnsafeListenException
                        or VaultException
                        or RowSecurityException
                        or ArchiveUnavailableException
                        or ConversionException
                        or Microsoft.Extensions.Options.OptionsValidationException
                        or ArgumentException)
        {
            var why = exception is PostgresException refusal ? DatabaseErrors.Describe(refusal) : exception.Message;
            Terminal.Error.MarkupLineInterpolated($"[red]✗[/] {why}");
            return 2;
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            Terminal.Error.MarkupInterpolated($"[red]✗[/] {exception.Message} Another program listens there: ");
            Terminal.Error.MarkupLine("stop it, or choose another port with --urls http://localhost:5001.");
            return 2;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
    }
}

/// <summary>A command cannot do what it was asked to. The message says why.</summary>
internal sealed class CommandFailedException(string message) : Exception(message);
