using System.Security.Cryptography;

namespace WorkflowFunctions.Local.EmbeddedPostgres;

/// <summary>The superuser's password: random, made once with the cluster, kept in a file that only its owner may read.</summary>
internal static class ClusterPassword
{
    /// <exception cref="EmbeddedPostgresException">There is a cluster, but its password is gone or not ours to read.</exception>
    public static async Task<string> ReadOrCreateAsync(PostgresPlace place, CancellationToken cancellationToken)
    {
        var file = place.PasswordFile;
        if (!Directory.Exists(place.Data))
            await place.CreatePrivateFileAsync(file, RandomNumberGenerator.GetHexString(64, lowercase: true), cancellationToken);

        try
        {
            return (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException(
                $"The password of the database in {place.Data} cannot be read from {file}: {e.Message} "
                + $"Restore the file, run as the user who created it, or delete {place.Home} to begin with an empty database.",
                e);
        }
    }
}
