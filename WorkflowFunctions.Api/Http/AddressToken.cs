using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace WorkflowFunctions.Api.Http;

/// <summary>
/// The secret in an address that needs no login. Its holder may do what the address is for; the database has its hash only.
/// </summary>
internal static class AddressToken
{
    private const int Bytes = 32;

    /// <summary>A new token: 256 random bits in letters that a URL takes as they are.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>The hash of a token (SHA-256). A token is random enough to need no salt.</summary>
    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
