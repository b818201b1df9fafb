using System.Net;
using System.Net.Http.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Configuration;
using WorkflowFunctions.Local.Hosting.Vault;
using WorkflowFunctions.Nodes.Secrets;

namespace WorkflowFunctions.Tests.Hosting;

/// <summary>Secrets from a vault that answers as Key Vault does (REST API 7.x, "Get Secrets" and "Get Secret"), over two pages.</summary>
public class VaultTests
{
    private const string Address = "https://planted.vault.azure.net";

    private static readonly Dictionary<string, string> s_secrets = new()
    {
        ["ConnectionStrings--Workflow"] = "Host=db",
        ["Secrets--crm"] = "for-all",
        ["WorkspaceSecrets--acme--crm"] = "for-acme",
        ["Secrets--old"] = "disabled",
    };

    [Fact]
    public void What_is_in_the_vault_is_a_setting_and_a_secret_of_workflows()
    {
        var configuration = new ConfigurationBuilder().Add(new VaultSource(Client(HttpStatusCode.OK))).Build();
        var secrets = new ConfiguredSecrets(configuration);

        Assert.Equal("Host=db", configuration.GetConnectionString("Workflow"));
        Assert.Equal("for-all", secrets.Of("globex")["crm"]);
        Assert.Equal("for-acme", secrets.Of("acme")["crm"]);
        Assert.False(secrets.Of("acme").ContainsKey("old"));
    }

    [Fact]
    public void A_vault_that_refuses_stops_the_start_and_says_what_is_needed()
    {
        var problem = Assert.Throws<VaultException>(
            () => new ConfigurationBuilder().Add(new VaultSource(Client(HttpStatusCode.Forbidden))).Build());

        Assert.Contains("Key Vault Secrets User", problem.Message, StringComparison.Ordinal);
    }

    private static SecretClient Client(HttpStatusCode status) => new(
        new Uri(Address),
        new Credential(),
        new SecretClientOptions { Transport = new HttpClientTransport(new Vault(status)), Retry = { MaxRetries = 0 } });

    private sealed class Credential : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new("token", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }

    private sealed class Vault(HttpStatusCode status) : HttpMessageHandler
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Headers.Authorization is null)
            {
                var challenge = new HttpResponseMessage(HttpStatusCode.Unauthorized) { RequestMessage = request };
                challenge.Headers.TryAddWithoutValidation(
                    "WWW-Authenticate",
                    "Bearer authorization=\"https://login.microsoftonline.com/tenant\", resource=\"https://vault.azure.net\"");
                return challenge;
            }

            var url = request.RequestUri!;
            object answer =
                status != HttpStatusCode.OK ? new { error = new { code = "Forbidden", message = "The identity may not list secrets." } }
                : url.AbsolutePath.TrimEnd('/') == "/secrets" ? Page(url)
                : new
                {
                    value = s_secrets[url.Segments[2].TrimEnd('/')],
                    id = $"{Address}/secrets/{url.Segments[2].TrimEnd('/')}/1",
                    attributes = new { enabled = true },
                };
            return new HttpResponseMessage(status) { RequestMessage = request, Content = JsonContent.Create(answer) };
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(Send(request, cancellationToken));

        private static object Page(Uri url)
        {
            var isSecond = url.Query.Contains("skiptoken", StringComparison.Ordinal);
            return new
            {
                value = (isSecond ? s_secrets.Skip(2) : s_secrets.Take(2)).Select(
                    secret => new { id = $"{Address}/secrets/{secret.Key}", attributes = new { enabled = secret.Value != "disabled" } }),
                nextLink = isSecond ? null : Address + "/secrets?api-version=7.6&$skiptoken=2",
            };
        }
    }
}
