using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace WorkflowFunctions.Api.Keys;

/// <summary>The key itself. The database has its hash only.</summary>
public static class ApiKeySecret
{
    /// <summary>What every key begins with, so that people and scanners recognise one.</summary>
    public const string Prefix = "wfk_";

    private const int Bytes = 32;

    /// <summary>A new key: 256 random bits after the prefix, in letters that a header takes as they are.</summary>
    public static string New() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>The hash of a key (SHA-256). A key is random enough to need no salt.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
